import { isTimeZone } from "@/lib/domain/time-zone";

/** Renamed zones, by their present name. Browsers still list the old ones. */
const renamed: Record<string, string> = {
  "Europe/Kyiv": "Europe/Kiev",
  "Asia/Kolkata": "Asia/Calcutta",
  "Asia/Ho_Chi_Minh": "Asia/Saigon",
  "America/Nuuk": "America/Godthab",
  "Asia/Kathmandu": "Asia/Katmandu",
  "Asia/Yangon": "Asia/Rangoon",
  "Atlantic/Faroe": "Atlantic/Faeroe",
  "Africa/Asmara": "Africa/Asmera",
  "Pacific/Chuuk": "Pacific/Truk",
  "Pacific/Pohnpei": "Pacific/Ponape",
  "Pacific/Kanton": "Pacific/Enderbury",
  "America/Atikokan": "America/Coral_Harbour",
  "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
};

/**
 * More words by which the search finds a zone: its city in the other language, and its former
 * names.
 */
export const zoneWords: Record<string, string> = {
  "Europe/Kaliningrad": "Калининград",
  "Europe/Moscow": "Москва MSK",
  "Europe/Simferopol": "Симферополь",
  "Europe/Kirov": "Киров",
  "Europe/Volgograd": "Волгоград",
  "Europe/Astrakhan": "Астрахань",
  "Europe/Saratov": "Саратов",
  "Europe/Ulyanovsk": "Ульяновск",
  "Europe/Samara": "Самара",
  "Asia/Yekaterinburg": "Екатеринбург",
  "Asia/Omsk": "Омск",
  "Asia/Novosibirsk": "Новосибирск",
  "Asia/Barnaul": "Барнаул",
  "Asia/Tomsk": "Томск",
  "Asia/Novokuznetsk": "Новокузнецк",
  "Asia/Krasnoyarsk": "Красноярск",
  "Asia/Irkutsk": "Иркутск",
  "Asia/Chita": "Чита",
  "Asia/Yakutsk": "Якутск",
  "Asia/Khandyga": "Хандыга",
  "Asia/Vladivostok": "Владивосток",
  "Asia/Ust-Nera": "Усть-Нера",
  "Asia/Magadan": "Магадан",
  "Asia/Sakhalin": "Сахалин",
  "Asia/Srednekolymsk": "Среднеколымск",
  "Asia/Kamchatka": "Камчатка",
  "Asia/Anadyr": "Анадырь",
  "Europe/Minsk": "Минск",
  "Asia/Almaty": "Алматы",
  "Asia/Tashkent": "Ташкент",
  "Asia/Bishkek": "Бишкек",
  "Asia/Dushanbe": "Душанбе",
  "Asia/Yerevan": "Ереван",
  "Asia/Baku": "Баку",
  "Asia/Tbilisi": "Тбилиси",
  "Europe/Kyiv": "Киев Київ Kiev",
  "Asia/Kolkata": "Калькутта Мумбаи Дели Индия Calcutta Mumbai Delhi India",
  "Asia/Ho_Chi_Minh": "Хошимин Сайгон Вьетнам Saigon Hanoi Vietnam",
  "America/Nuuk": "Нуук Готхоб Гренландия Godthab Greenland",
  "Asia/Kathmandu": "Катманду Непал Katmandu",
  "Asia/Yangon": "Янгон Рангун Rangoon",
  "Atlantic/Faroe": "Фареры Faeroe",
  "Africa/Asmara": "Асмэра Asmera",
  "Pacific/Chuuk": "Truk",
  "Pacific/Pohnpei": "Ponape",
  "Pacific/Kanton": "Enderbury",
  "America/Atikokan": "Coral_Harbour",
  "America/Argentina/Buenos_Aires": "Буэнос-Айрес",
  "Asia/Dhaka": "Дакка Dacca",
  "Asia/Thimphu": "Тхимпху Thimbu",
  "Asia/Ulaanbaatar": "Улан-Батор Ulan_Bator",
  "Asia/Macau": "Макао Macao",
  "Asia/Makassar": "Ujung_Pandang",
  "Europe/Berlin": "Берлин",
  "Europe/Paris": "Париж",
  "Europe/London": "Лондон",
  "Europe/Madrid": "Мадрид",
  "Europe/Rome": "Рим",
  "Europe/Warsaw": "Варшава",
  "Europe/Prague": "Прага",
  "Europe/Vienna": "Вена",
  "Europe/Athens": "Афины",
  "Europe/Istanbul": "Стамбул",
  "Europe/Helsinki": "Хельсинки",
  "Europe/Riga": "Рига",
  "Europe/Tallinn": "Таллин",
  "Europe/Vilnius": "Вильнюс",
  "Europe/Chisinau": "Кишинёв Кишинев",
  "Europe/Belgrade": "Белград",
  "Europe/Sofia": "София",
  "Asia/Dubai": "Дубай",
  "Asia/Jerusalem": "Иерусалим Тель-Авив Tel_Aviv",
  "Asia/Tokyo": "Токио",
  "Asia/Shanghai": "Шанхай Пекин Beijing",
  "Asia/Hong_Kong": "Гонконг",
  "Asia/Singapore": "Сингапур",
  "Asia/Bangkok": "Бангкок",
  "Asia/Seoul": "Сеул",
  "Asia/Ashgabat": "Ашхабад",
  "America/New_York": "Нью-Йорк",
  "America/Los_Angeles": "Лос-Анджелес",
  "America/Chicago": "Чикаго",
  UTC: "Всемирное время GMT Zulu",
};

/** All zones that this browser knows, by their present names. */
export function listZones(): string[] {
  const today = new Map(Object.entries(renamed).map(([name, old]) => [old, name]));
  const names = Intl.supportedValuesOf("timeZone").map((name) => {
    const now = today.get(name);
    return now !== undefined && isTimeZone(now) ? now : name;
  });
  return [...new Set(["UTC", ...names])];
}

/** The search words of a zone, by its present or former name. */
export const wordsOf = (zone: string): string =>
  zoneWords[zone] ?? zoneWords[Object.keys(renamed).find((name) => renamed[name] === zone) ?? ""] ?? "";

/** Folds a text for the search: lower case, and one blank between words. */
export const folded = (text: string) =>
  text
    .toLowerCase()
    .replaceAll("ё", "е")
    .replaceAll(/[_/\-\s]+/g, " ")
    .trim();
