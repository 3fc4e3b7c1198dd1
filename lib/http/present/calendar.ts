import type * as contract from "@/lib/contract/dispatches/calendar";
import type { Calendar } from "@/lib/services/dispatches/lists/get-calendar";

export const presentCalendar = ({ since, until, days, load, isLoadWhole }: Calendar): contract.Calendar => ({
  since: since.toISOString(),
  until: until.toISOString(),
  days: days.map(({ day, since, starts, goingOn, items }) => ({
    ...{ day, since: since.toISOString(), starts, goes_on: goingOn },
    items: items.map((item) => ({
      ...{ id: item.id, name: item.name, message_text: item.messageText, status: item.status },
      ...{ start_datetime: item.startAt, until: item.untilAt, audience: item.audience },
      ...{ goes_on: item.goesOn, not_sent: item.notSent },
    })),
  })),
  load: load.map(({ id, code, name, rate, percents }) => ({
    ...{ id, code, name, rate_per_second: rate!, percents },
  })),
  is_load_whole: isLoadWhole,
});
