/** What a column of a list may mean, besides an attribute. */
export type ColumnMeaning = "phone" | "operator" | "tags" | "timezone" | "opted_out";

/** The names of columns in the languages in which lists come. */
export const columnNames: Record<ColumnMeaning, RegExp> = {
  phone: /^(phone|phone[ _]?number|mobile|msisdn|tel|телефон|тел\.?|номер( телефона)?|мобильный)$/i,
  operator: /^(operator|carrier|mobile[ _]operator|оператор)$/i,
  tags: /^(tags?|теги?|метки)$/i,
  timezone: /^(timezone|time[ _]zone|tz|часовой пояс|пояс)$/i,
  opted_out:
    /^(opt(ed)?[ _-]?outs?([ _]?(at|date))?|unsubscribed?([ _]?(at|date))?|dnc|do[ _-]?not[ _-]?(contact|text|sms)|отписан[аоы]?|отписал(ся|ась|ись)|отписк[аи]|дата отписки|отказ(ы|ался|алась|ались)?)$/i,
};

/** Our own first columns in the file of rejected rows. They say nothing about a person. */
export const isOwnColumn = (name: string): boolean => /^error_(line|reason)$/i.test(name);
/** The name of a column that we do not read. */
export const PASSED_OVER = "-";

/** The names of columns of number ranges, those of the Russian plan included. */
export const rangeColumnNames = {
  code: /^([aа][bв][cс] ?\/ ?)?def$|^(abc|авс|абс)( ?\/ ?def)?$/i,
  from: /^(from|от)$/i,
  to: /^(to|до)$/i,
  operator: columnNames.operator,
  region: /^(region|регион)$/i,
  timezone: columnNames.timezone,
};
