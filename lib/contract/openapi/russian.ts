/**
 * The sentences of the API's document in Russian. `/openapi.json` stays English; `/docs` is in the
 * reader's language.
 */
export const russian: Record<string, string> = {
  // Tags.
  "One text, sent to a filtered audience within a time window.":
    "Один текст, отправленный отфильтрованной аудитории внутри временного окна.",
  "Operators, tags, the recipients themselves, and audiences made of them.":
    "Операторы, теги, сами получатели и аудитории из них.",
  "Recipients from CSV files.": "Получатели из файлов CSV.",
  "Figures, the emergency stop, how everything is.": "Показатели, аварийная остановка и состояние системы.",
  "What gateways report, and what the sandbox's phones show.":
    "Отчёты шлюзов и то, что видно на телефонах песочницы.",
  "Addresses of yours that are told what happens, signed as Standard Webhooks says.":
    "Ваши адреса, на которые приходят события с подписью по стандарту Standard Webhooks.",
  "Users, keys, invitations and what they changed.": "Пользователи, ключи, приглашения и журнал их действий.",

  // Parameters and headers.
  "The id.": "Идентификатор.",
  "A phone in E.164, its `+` written as `%2B` or left out. 400 where no number of its country can be that.":
    "Номер в формате E.164; «+» записывают как `%2B` или опускают. 400, если в этой стране такого номера быть не может.",
  "The gateway's name.": "Имя шлюза.",
  "1 to 255 printable ASCII characters. The same key and body get the same answer again and make one dispatch, for 30 days.":
    "От 1 до 255 печатных символов ASCII. 30 дней тот же ключ с тем же телом получает тот же ответ, а рассылка создаётся одна.",
  'The version that is changed, such as `"3"`; 412 when there is a newer one.':
    'Версия, которую вы меняете, например `"3"`; 412, если есть более новая.',
  "The ETag of the answer one has: 304 when it has not changed.":
    "ETag ответа, который у вас уже есть: 304, если ничего не изменилось.",
  "`sha256=<hex HMAC-SHA256 of the body>`, with the gateway's secret, where one is set.":
    "`sha256=<HMAC-SHA256 тела в hex>` с секретом шлюза, если он задан.",

  // Dispatches.
  "List drafts, newest first": "Черновики: сначала новые",
  "A page of drafts.": "Страница черновиков.",
  "Save an unfinished dispatch": "Сохранить незаконченную рассылку",
  "`content` is what a form holds, finished or not, up to 16,384 characters of JSON; unknown fields are kept. A dispatch that is made with `draft` takes the draft away. With an `id` of one's own a repeat makes no second draft.":
    "`content` — то, что в форме, законченное или нет, до 16 384 символов JSON; незнакомые поля сохраняются. Рассылка, созданная с `draft`, забирает черновик. Со своим `id` повтор не создаёт второй черновик.",
  "The draft.": "Черновик.",
  "Read a draft": "Черновик по id",
  "Save a draft again": "Сохранить черновик снова",
  "What is there already can be saved again with any version: a repeat changes nothing.":
    "То, что уже сохранено, можно сохранить снова с любой версией: повтор ничего не меняет.",
  "Delete a draft": "Удалить черновик",
  "List templates, newest first": "Шаблоны: сначала новые",
  "A page of templates.": "Страница шаблонов.",
  "Make a template": "Создать шаблон",
  "A text under a name of its own, with a filter and a sender if it has such. Names that differ in capitals alone are the same. What it refers to is looked for when a dispatch is made of it.":
    "Текст под своим именем, с фильтром и отправителем, если они заданы. Регистр букв имена не различает. То, на что шаблон ссылается, ищут, когда из него делают рассылку.",
  "The template.": "Шаблон.",
  "Read a template": "Шаблон по id",
  "Change a template": "Изменить шаблон",
  "Delete a template": "Удалить шаблон",
  "Schedule a dispatch": "Запланировать рассылку",
  "It is accepted when this is answered, and sent between its start and its end. Datetimes without an offset are meant in `timezone`. Filters take an operator's id or code and a tag's id or name; `audience` says more than they can, or names a saved audience, and cannot stand beside them. One that leaves out whom other dispatches have reached is 409 while nobody can say who that is. `sender` is one that the gateways of its operators list. In `message_text` `{{name}}` stands for an attribute of each recipient and `{{name|fallback}}` for that or, where there is none, the fallback; `\\{{` is `{{` itself. A name that no recipient has is refused. Who lacks a value, or would get more than `max_segments`, is skipped. A `draft` that it is made of is deleted with it. What is unusual but not wrong is told in `warnings`.":
    "С ответом рассылка принята; она уйдёт между началом и концом. Время без смещения понимается в поясе `timezone`. В фильтрах — id или код оператора, id или имя тега; `audience` может больше, чем они, или называет сохранённую аудиторию, и вместе с ними не задаётся. Если аудитория исключает тех, кому писали другие рассылки, то, пока неизвестно, кто это, ответ — 409. `sender` — один из отправителей, указанных у шлюзов её операторов. В `message_text` `{{имя}}` — атрибут получателя, `{{имя|запасной текст}}` — атрибут или, если его нет, запасной текст; `\\{{` — сами скобки. Имя, которого нет ни у одного получателя, не принимается. Кому не хватает значения или у кого вышло бы больше сегментов, чем `max_segments`, пропускается. Черновик `draft`, из которого она сделана, удаляется вместе с этим. О необычном, но допустимом сообщает `warnings`.",
  "The dispatch.": "Рассылка.",
  "List dispatches, newest first or in another order": "Список рассылок: сначала новые или в другом порядке",
  "A page of dispatches.": "Страница рассылок.",
  "Read a month of dispatches, and how full the operators' rates are by the hour":
    "Рассылки за месяц и загрузка операторов по часам",
  "Or one day of it. What has been sent is told by counters, to about an hour; what is to come is a forecast at today's rates. The load is of all dispatches, whatever the filter.":
    "Или за один его день. Отправленное — по счётчикам, с точностью около часа; предстоящее — прогноз при нынешних скоростях. В загрузку входят все рассылки, независимо от фильтров.",
  "Days and load of one reading.": "Дни и загрузка на один и тот же момент.",
  "List saved views of dispatches, newest first": "Сохранённые виды списка рассылок: сначала новые",
  "A page of saved views.": "Страница сохранённых видов.",
  "Save a view of dispatches": "Сохранить вид списка рассылок",
  "What the list is narrowed by, under a name; everybody sees it.":
    "То, чем сужен список, под именем; вид общий для всех.",
  "The saved view.": "Сохранённый вид.",
  "Rename a saved view": "Переименовать сохранённый вид",
  "Delete a saved view": "Удалить сохранённый вид",
  "List who has made dispatches": "Авторы рассылок",
  "Names, as `author` has them.": "Имена, как в поле `author`.",
  "Nothing has changed.": "Ничего не изменилось.",
  "Count dispatches by status, and read the first of each column of the board":
    "Число рассылок по статусам и первые рассылки каждой колонки доски",
  "Counts and dispatches of one reading.": "Числа и рассылки на один и тот же момент.",
  "Read a dispatch and its progress": "Рассылка и её ход",
  "Change a dispatch": "Изменить рассылку",
  "Anything while it is `scheduled`; only a later end while it is `running` or `paused`. A change of the zone needs both datetimes. An audience takes the place of filters, and filters that of an audience.":
    "Пока она `scheduled` — всё; пока `running` или `paused` — только более поздний конец. При смене пояса нужны начало и конец. Аудитория заменяет фильтры, а фильтры — аудиторию.",
  "Delete a dispatch that has not opened": "Удалить рассылку, которая ещё не началась",
  "It is gone.": "Удалено.",
  Pause: "Приостановить",
  "Nothing goes out a second later. A repeat changes nothing.":
    "Через секунду ничего не отправляется. Повторный вызов ничего не меняет.",
  Resume: "Возобновить",
  "It goes on where it was. A repeat changes nothing.":
    "Рассылка продолжается с того же места. Повторный вызов ничего не меняет.",
  Cancel: "Отменить",
  "Nothing goes out a second later, and it does not come back. A repeat changes nothing.":
    "Через секунду ничего не отправляется, и вернуть рассылку нельзя. Повторный вызов ничего не меняет.",
  "Try failed messages again": "Повторить неудачные",
  "Those that failed by the gateway's fault or by that of our own settings are due again, and a completed dispatch runs again; `left` says how many stay failed, and why. What is `unknown` is never sent again.":
    "Сообщения, не ушедшие из-за шлюза или наших настроек, снова встают в очередь, а завершённая рассылка снова идёт; `left` говорит, сколько осталось неудачных и почему. То, что `unknown`, повторно не отправляется.",
  "The dispatch, how many are tried again, and what is left.":
    "Рассылка, сколько сообщений повторяется и что осталось.",
  "What would come of a dispatch": "Предпросмотр рассылки",
  "Audience, cost and a forecast of a dispatch as far as it is filled in. Nothing is made. `cost.amount` is in money, without the segments of operators that have no price. Of an `audience` it tells how many each clause leaves. Large audiences are estimated, and said to be. Of a text with placeholders it tells recipients by segments, who is skipped and why, and, with `audience:read`, the longest texts and three of real people, from 10,000 of them at most.":
    "Аудитория, стоимость и прогноз по тому, что заполнено. Ничего не создаётся. `cost.amount` — в деньгах, без сегментов операторов, цена которых неизвестна. Для `audience` сказано, сколько оставляет каждое условие. Большие аудитории оцениваются, и об этом сказано. О тексте с подстановками сказано, у скольких получателей сколько сегментов, кто и почему пропускается, а с правом `audience:read` показаны самые длинные тексты и тексты трёх настоящих получателей; смотрят не больше 10 000 из них.",
  "The preview.": "Предпросмотр.",
  "Send a text to one recipient now": "Отправить текст одному получателю сейчас",
  "To see it on a phone. It is a dispatch that lists and forecasts leave out. Placeholders say what they say to this recipient. With `gateway` it goes through that gateway instead of the operator's, at the operator's rate as ever, and is tried once: who may change operators may ask for it.":
    "Чтобы увидеть его на телефоне. Это рассылка, которой нет в списках и прогнозах. Подстановки — с данными этого получателя. С `gateway` сообщение пойдёт через этот шлюз вместо шлюза оператора, с той же скоростью оператора, и будет только одна попытка: нужно право менять операторов.",
  "What happened when, and why it is not faster": "Что и когда произошло и почему не быстрее",
  "`cost` is of all that gateways took, at the prices that operators had when it began. Of a text with placeholders it is an estimate from a few of the texts. `delivered` says how many messages receipts had called delivered by then, in at most 100 points: 10 s apart or more in the first hour, 5 min in the first day, later an hour. The last `total` is `progress.delivered` of the dispatch. It is empty without receipts, and where messages are not kept any more.":
    "`cost` — стоимость всего, что приняли шлюзы, по ценам операторов на начало рассылки. Для текста с подстановками это оценка по нескольким текстам. `delivered` — сколько сообщений к этому моменту доставлено по отчётам о доставке: не больше 100 точек с шагом от 10 секунд в первый час, от 5 минут в первые сутки, потом от часа. Последний `total` равен `progress.delivered` рассылки. Список пуст, если отчётов не было или сообщения уже удалены по сроку хранения.",
  "The timeline.": "Ход по времени.",
  "List a dispatch's messages": "Сообщения рассылки",
  "With a status a page may hold fewer than asked for although more follow.":
    "При отборе по статусу на странице может быть меньше строк, чем запрошено, даже если дальше есть ещё.",
  "A page of messages.": "Страница сообщений.",
  "Why did this phone get it, or not": "Почему на этот номер ушло или не ушло",
  "The message, and the reason.": "Сообщение и причина.",
  "Messages as a CSV file or a workbook": "Сообщения файлом CSV или Excel",
  "All of them, or those of one status. Headings and outcomes are codes and times are ISO 8601 in UTC, unless a language and a time zone are named. Those of a dispatch with placeholders have their text and its segments. A workbook holds the first 100,000.":
    "Все или с одним статусом. Заголовки и результаты — коды, время — ISO 8601 в UTC, если не заданы язык и часовой пояс. У рассылки с подстановками — ещё текст и число его сегментов. В файле Excel — первые 100 000.",
  "One line a message.": "По строке на сообщение.",

  // Audience.
  "List operators": "Список операторов",
  "A page of operators.": "Страница операторов.",
  "Make an operator": "Добавить оператора",
  "`rate_per_second` is in SMS segments; null is no limit. `price_per_segment` is a decimal in quotes, in the installation's one currency (the setting CURRENCY); null: nobody has said. Without a currency a price is refused.":
    "`rate_per_second` — в сегментах SMS; null — без ограничения. `price_per_segment` — десятичное число в кавычках, в единственной валюте установки (настройка CURRENCY); null — цена неизвестна. Без валюты цена не принимается.",
  "The operator.": "Оператор.",
  "Read an operator": "Оператор по id",
  "Change an operator": "Изменить оператора",
  "A rate holds from the next claim on, a second later at most. A price holds for dispatches that begin later; null empties it.":
    "Новая скорость действует не позже чем через секунду. Новая цена — для рассылок, которые начнутся позже; null её убирает.",
  "Delete an operator that nothing refers to": "Удалить оператора, на которого ничто не ссылается",
  "List tags": "Список тегов",
  "A page of tags.": "Страница тегов.",
  "Make a tag": "Добавить тег",
  "The tag.": "Тег.",
  "Read a tag": "Тег по id",
  "Rename a tag": "Переименовать тег",
  "Delete a tag that nothing refers to": "Удалить тег, на который ничто не ссылается",
  "List recipients, newest first": "Список получателей, сначала новые",
  "`q` is a part of a phone in any way of writing, or of what an attribute says. Those whose phone ends so (four digits or more) come first, then those whose phone begins so. All others are searched for a second at a time: a page may hold fewer than asked for although more follow, for as long as it has a cursor.":
    "`q` — часть номера в любой записи или значения атрибута. Сначала идут те, чей номер так заканчивается (от четырёх цифр), затем те, чей номер так начинается. Остальных ищут по секунде за раз: на странице может быть меньше, чем запрошено, хотя дальше есть ещё, — пока есть курсор.",
  "Of those whom the same filters list, oldest first.":
    "Тех, кого находят те же фильтры в списке; сначала давние.",
  "A page of recipients.": "Страница получателей.",
  "Read a recipient": "Получатель по номеру",
  "The recipient.": "Получатель.",
  "Make or change a recipient": "Добавить или изменить получателя",
  "What is left out stays as it is, null empties it, and tags and attributes that are given replace those there are. For somebody new without an operator, and with `null`, the range or the prefix of the number decides. It never opts anybody in.":
    "Что не указано, остаётся как есть; `null` очищает поле; указанные теги и атрибуты заменяют прежние. Если у нового получателя оператор не указан или стоит `null`, его определяет диапазон или префикс номера. Отписку этот запрос не отменяет.",
  "It was changed.": "Изменён.",
  "It was made.": "Добавлен.",
  "Delete a recipient": "Удалить получателя",
  "Change a recipient": "Изменить получателя",
  "Only what is named changes. Tags that are given replace those there are; of the attributes those that are named change, and null takes one away. It never opts anybody in.":
    "Меняется только то, что названо. Указанные теги заменяют прежние; из атрибутов меняются названные, `null` убирает атрибут. Отписку этот запрос не отменяет.",
  "Its opt-out stays, should it come back. `erase=true`, for administrators, erases everything that is known of the number: tags, attributes, replies, rows of imports, what the audit log says. Nothing that is not written yet is written to it. What stays names nobody: one row a message with its outcome and times, and a keyed hash where the number had opted out. 409 while a file is being read that may name it.":
    "Отписка сохранится, если номер добавят снова. `erase=true` (для администраторов) стирает всё, что известно о номере: теги, атрибуты, ответы, строки импортов, записи журнала действий. Что ещё не отправлено, на этот номер не уйдёт. Остаётся то, что никого не называет: по строке на сообщение с исходом и временем и, если номер был отписан, его хеш с ключом. 409, пока читается файл, в котором может быть этот номер.",
  "What every dispatch was to a recipient, newest first":
    "Сообщения получателю во всех рассылках, сначала новые",
  "A page may hold fewer than asked for although more follow.":
    "На странице может быть меньше записей, чем запрошено, хотя дальше есть ещё.",
  "Everything that is kept of one number": "Все данные об одном номере",
  "To hand to whoever asks what is known of them. It is noted in the audit log.":
    "Чтобы ответить человеку, что о нём хранится. Выгрузка записывается в журнал действий.",
  "All of it.": "Все данные.",
  "Opt a recipient out": "Отписать получателя",
  "Holds for what has not been handed over yet.": "Действует на всё, что ещё не передано шлюзу.",
  "Take an opt-out back": "Подписать получателя снова",
  "List saved audiences, newest first": "Сохранённые аудитории: сначала новые",
  "With how many can be sent to: an estimate where counting takes long, and null where there was no time left to count.":
    "С числом тех, кому можно писать: оценка, если считать долго, и null, если на подсчёт не хватило времени.",
  "A page of saved audiences.": "Страница сохранённых аудиторий.",
  "Save an audience": "Сохранить аудиторию",
  "The expression is what a dispatch takes as `audience`: all clauses hold for whoever belongs. Its id can stand there, too; the dispatch keeps a copy.":
    "Те же условия, что рассылка принимает в `audience`: получатель подходит, если выполнены все. Там может стоять и id аудитории; рассылка хранит копию условий.",
  "The saved audience.": "Сохранённая аудитория.",
  "Read a saved audience, and how many it has": "Сохранённая аудитория и сколько в ней получателей",
  "Change a saved audience": "Изменить сохранённую аудиторию",
  "Dispatches that were made by it stay as they are.": "Рассылки, созданные по ней, не меняются.",
  "Delete a saved audience": "Удалить сохранённую аудиторию",
  "List who must not be written to, newest first": "Кому нельзя писать: сначала новые",
  "One entry a number and reason, whether or not the number is a recipient's.":
    "Одна запись на номер и причину, есть ли получатель с этим номером или нет.",
  "A page of suppressions.": "Страница отписок.",
  "Opt a number out, whoever's it is": "Отписать номер, чей бы он ни был",
  "For the reason `asked`. It holds for what has not been handed over yet, and for whoever is given the number later.":
    "По причине `asked`. Действует на всё, что ещё не передано шлюзу, и на того, кто получит этот номер позже.",
  "It was suppressed for this reason already.": "Номер уже отписан по этой причине.",
  "It is suppressed.": "Номер отписан.",
  "Take every opt-out of a number back": "Снять все отписки номера",
  "It may be written to again.": "На номер снова можно писать.",
  "Suppressions as a CSV file or a workbook": "Отписанные — файлом CSV или книгой Excel",
  "One line a number and reason.": "Строка на номер и причину.",
  "List what people answered, newest first": "Что ответили люди: сначала новые",
  "A page of replies.": "Страница ответов.",
  "What people answered, told by a gateway": "Ответы людей, о которых сообщает шлюз",
  "Up to 1,000 a call, committed before the answer. Each is read for itself: one that cannot be read is told in `rejected`, and all others count. One that came before, by its gateway and `id`, changes nothing. A STOP counts even when its `id` is missing, wrong or another message's. A text that is nothing but STOP, СТОП, ОТПИСАТЬСЯ or the like opts whoever wrote it out; START or СТАРТ takes that back and nothing else. Signed as delivery reports are. Twilio's own messages come to the same address, as forms, and are answered with an empty TwiML.":
    "До 1000 за вызов; ответ приходит после записи. Каждое читается само по себе: непонятное названо в `rejected`, остальные учтены. То, что уже приходило (по шлюзу и `id`), ничего не меняет. STOP действует, даже если его `id` не указан, неверен или уже занят другим сообщением. Текст из одного слова STOP, СТОП, ОТПИСАТЬСЯ и подобных отписывает того, кто его прислал; START или СТАРТ снимает только это. Подпись такая же, как у отчётов о доставке. Сообщения самого Twilio приходят на тот же адрес формами и получают в ответ пустой TwiML.",
  "How many messages are new, and which could not be read.":
    "Сколько сообщений новых и какие не удалось прочитать.",
  "Answer from a phone of the sandbox": "Ответить с телефона песочницы",
  "As if its gateway had told of the message.": "Как если бы о сообщении сообщил её шлюз.",
  "It was received.": "Ответ принят.",
  "Recipients as a CSV file that can be imported again, or a workbook":
    "Получатели файлом CSV, который можно загрузить снова, или Excel",
  "One line a recipient.": "По строке на получателя.",
  "Import recipients from a file": "Импортировать получателей из файла",
  "CSV in any usual encoding, or XLSX, up to 1 GiB, with a header of which only `phone` is needed. It goes on after the answer. With `dry_run` the file is read first, and the answer says what applying it would do.":
    "CSV в любой распространённой кодировке или XLSX, до 1 ГиБ, с заголовком; обязательна только колонка `phone`. Импорт продолжается после ответа. С `dry_run` файл сначала читается, и ответ показывает, что изменит импорт.",
  "What applying it would do.": "Что изменит импорт.",
  "List number ranges in their order, or read the one that a number is in":
    "Диапазоны номеров по порядку или тот, в который входит номер",
  "An operator that nobody names is found by the range that the number is in, and where it is in none by the longest prefix.":
    "Если оператор не назван, его находят по диапазону, в который входит номер, а если такого нет — по самому длинному префиксу.",
  "A page of ranges.": "Страница диапазонов.",
  "Load number ranges from a file in place of those that are there":
    "Загрузить диапазоны номеров из файла вместо прежних",
  "CSV with `from`, `to`, `operator`, and perhaps `region` and `timezone`, or the Russian numbering plan as it is published; up to 500,000 lines. Nothing is applied when a line is wrong, or a name means no operator and is not left out by `skip_unknown`. Recipients whose operator was not named move to that of their range; it goes on after the answer. With `dry_run` the answer says what applying it would change.":
    "CSV со столбцами `from`, `to`, `operator` и, если есть, `region` и `timezone` или российский план нумерации в том виде, в каком он опубликован; до 500 000 строк. Ничего не применяется, если какая-то строка неверна или имя не означает ни одного оператора и не пропущено через `skip_unknown`. Получатели, чей оператор не был назван, переходят к оператору своего диапазона; это продолжается после ответа. С `dry_run` ответ говорит, что изменит применение.",
  "What applying it would change.": "Что изменит применение.",
  "The load and how far it is.": "Загрузка и её ход.",
  "Remove all number ranges: operators are found by prefixes again":
    "Убрать все диапазоны номеров: операторы снова определяются по префиксам",
  "Recipients whose operator was not named go back to that of their prefix.":
    "Получатели, чей оператор не был назван, возвращаются к оператору своего префикса.",
  "List loads of number ranges, newest first": "Загрузки диапазонов номеров, сначала новые",
  "A page of loads.": "Страница загрузок.",
  "Read a load of number ranges": "Загрузка диапазонов по id",
  "Discard a reviewed load of number ranges": "Отказаться от проверенной загрузки диапазонов",
  "Apply a reviewed load of number ranges": "Применить проверенную загрузку диапазонов",
  "Its ranges take the place of all others at once; recipients are moved after the answer. Repeating it changes nothing.":
    "Её диапазоны сразу заменяют все прежние; получатели переходят после ответа. Повторный вызов ничего не меняет.",
  "Discard a reviewed import": "Отказаться от проверенного импорта",
  "Apply a reviewed import": "Применить проверенный импорт",
  "It goes on after the answer. Repeating it changes nothing.":
    "Работа продолжается после ответа. Повтор ничего не меняет.",
  "Undo an import": "Отменить импорт",
  "For 30 days. Carillon removes the people whom the import created and gives those whom it changed their old values. People who were written to or changed since stay; `kept` counts them. Nobody is opted in who has another reason to be out.":
    "В течение 30 дней. Carillon удаляет людей, которых создал импорт, и возвращает прежние значения тем, кого он изменил. Те, кому с тех пор отправляли сообщения или кого изменили, остаются как есть; их число — в `kept`. Никто, у кого есть другая причина отказа, не подписывается снова.",
  "The people whom undoing left as they are, with why": "Люди, которых отмена не затронула, и почему",
  "Line, phone and reason.": "Строка, телефон и причина.",
  "The import and how far it is.": "Импорт и его ход.",
  "List imports, newest first": "Список импортов, сначала новые",
  "A page of imports.": "Страница импортов.",
  "Read an import": "Импорт по id",
  "The rows that were rejected, with why": "Отклонённые строки с причинами",
  "The file's own columns, and the reason.": "Колонки самого файла и причина.",

  // Webhooks.
  "List webhooks": "Список вебхуков",
  "A page of webhooks, without their secrets.": "Страница вебхуков, без секретов.",
  "Have an address told what happens": "Добавить вебхук",
  "Each delivery is a POST of `{type, timestamp, data}` with the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. Anything but 2xx is tried again for a day; 410 switches the webhook off. A delivery may come twice: its id is the same.":
    "Каждая доставка — POST с `{type, timestamp, data}` и заголовками `webhook-id`, `webhook-timestamp` и `webhook-signature`. Если ответ не 2xx, доставка повторяется сутки; 410 выключает вебхук. Доставка может прийти дважды: id у неё тот же.",
  "The webhook and its secret: it is told this once.": "Вебхук и его секрет; секрет показывается один раз.",
  "Read a webhook": "Вебхук по id",
  "The webhook.": "Вебхук.",
  "Change a webhook, switch it off or on": "Изменить, выключить или включить вебхук",
  "What waits for a webhook that is off waits on.":
    "Доставки выключенного вебхука ждут, пока его не включат.",
  "Delete a webhook with its log": "Удалить вебхук вместе с журналом",
  "Give a webhook a new secret": "Сменить секрет вебхука",
  "The webhook and its new secret.": "Вебхук и его новый секрет.",
  "Send a test delivery": "Отправить пробную доставку",
  "It is on its way; the log says what came of it.": "Доставка отправляется; результат будет в журнале.",
  "What a webhook was told": "Доставки вебхука",
  "A page of deliveries.": "Страница доставок.",
  "Send a delivery again": "Повторить доставку",
  "It is on its way, under the same id.": "Доставка отправляется с тем же id.",

  "What a personal text may name": "Что можно подставить в персональный текст",
  "Attributes that some recipient has, or had, by name; the first 500.":
    "Атрибуты, которые есть или были у получателей, по имени; первые 500.",
  // The installation and gateways.
  "The figures of the first page": "Показатели обзора",
  "The figures.": "Показатели.",
  "When is nobody written to?": "Когда никому не пишут",
  "The quiet hours.": "Тихие часы.",
  "Set when nobody is written to, by the clock on each person's wall":
    "Задать тихие часы по местному времени каждого получателя",
  "It holds for every dispatch that does not ignore it, also for those that run, within a second. Where `to` is not later than `from`, it is of the next day; `days` are those that the hours begin on. Nobody loses a message: it goes when the hours are over.":
    "Действует на все рассылки, кроме тех, что не соблюдают тихие часы, и на уже идущие — в пределах секунды. Если `to` не позже `from`, это время следующего дня; `days` — дни, в которые часы начинаются. Сообщения не теряются: они уйдут, когда тихие часы закончатся.",
  "Is all sending stopped?": "Остановлены ли все отправки",
  "The state.": "Состояние.",
  "Stop everything, or end the stop": "Остановить всё или снять остановку",
  "Nothing goes out a second after a stop, whatever runs.":
    "Через секунду после остановки ничего не отправляется, что бы ни шло.",
  "How every part is": "Состояние системы",
  "The parts, and what runs.": "Части системы и то, что сейчас идёт.",
  "Who knows of a fault": "Кто уже знает о сбое",
  "The last of each part. One that is older than the part's `since` is of an earlier fault.":
    "Последняя отметка о каждой части. Отметка старше `since` этой части относится к прежнему сбою.",
  "The acknowledgements.": "Отметки.",
  "Say that you know of a fault": "Отметить, что о сбое знают",
  "It changes nothing but what others on duty see.": "Меняется только то, что видят другие дежурные.",
  "It is noted.": "Отмечено.",
  "The gateways and their senders": "Шлюзы и их отправители",
  "By the names that operators have in `gateway`. A dispatch that names no `sender` is from the first of each; without senders the gateway decides.":
    "По именам, которые стоят у операторов в `gateway`. Рассылка без `sender` уходит от первого отправителя каждого шлюза; если их нет, решает шлюз.",
  "All of them.": "Все шлюзы.",
  "Delivery reports of a gateway": "Отчёты шлюза о доставке",
  "Up to 1,000 a call, committed before the answer. Each is read for itself: one that cannot be read is told in `rejected`, and all others count. An id may be a text or a whole number; fields beside these are ignored. Early, repeated and unknown ones do no harm, and those of messages that another gateway was given change nothing; of several for one message the first counts. With any `AUTH` but `open` they must be signed. Twilio's own reports come to the same address, as forms.":
    "До 1000 за вызов; записаны до ответа. Каждый читается отдельно: нечитаемые перечислены в `rejected`, остальные учтены. id — строка или целое число; лишние поля не читаются. Ранние, повторные и неизвестные отчёты не вредят, а отчёты о сообщениях другого шлюза ничего не меняют; из нескольких об одном сообщении учитывается первый. При любом `AUTH`, кроме `open`, нужна подпись. Отчёты Twilio приходят на тот же адрес в виде форм.",
  "How many messages changed, and which reports could not be read.":
    "Сколько сообщений изменилось и какие отчёты не прочитаны.",
  "What a phone of the sandbox shows": "Что видно на телефоне песочницы",
  "Newest first.": "Сначала новые.",

  // Access.
  "List users": "Список пользователей",
  "A page of users.": "Страница пользователей.",
  "Give a user another role, shut one out or let one in":
    "Сменить роль пользователя, заблокировать его или разблокировать",
  "The user.": "Пользователь.",
  "List the one-time links that still work": "Список действующих одноразовых ссылок",
  "A page of links, without what they are.": "Страница ссылок, без самих адресов.",
  "A one-time link for somebody new, or to a new password":
    "Одноразовая ссылка для нового пользователя или для нового пароля",
  "It works once, within 24 hours, as long as its author may make such. A new link for somebody replaces the one before it.":
    "Работает один раз в течение 24 часов, пока у автора есть на это право. Новая ссылка для того же человека заменяет прежнюю.",
  "The link: it is told this once.": "Ссылка; показывается один раз.",
  "Withdraw a one-time link": "Отозвать одноразовую ссылку",
  "It works no longer.": "Ссылка больше не работает.",
  "Use a one-time link": "Воспользоваться одноразовой ссылкой",
  "Who may sign in now.": "Кто теперь может входить.",
  "List API keys": "Список ключей API",
  "A page of keys, without what they are.": "Страница ключей, без самих ключей.",
  "Make an API key": "Создать ключ API",
  "The key: it is told this once.": "Ключ; показывается один раз.",
  "Revoke an API key": "Отозвать ключ API",
  "It is refused from now on.": "Ключ больше не действует.",
  "Change one's own password": "Сменить свой пароль",
  "Of whoever is signed in; no key has an account. All of one's other sessions end. Common passwords are refused.":
    "Только для вошедшего пользователя: у ключа учётной записи нет. Остальные сеансы завершаются. Распространённые пароли не принимаются.",
  "It is changed.": "Пароль изменён.",
  "Where one is signed in": "Где выполнен вход",
  "One's own sessions, the last used first.": "Свои сеансы, сначала последние.",
  "Sign out everywhere else": "Выйти на всех других устройствах",
  "This session is one's only one.": "Остался только этот сеанс.",
  "End one of one's own sessions": "Завершить один из своих сеансов",
  "It has ended.": "Сеанс завершён.",
  "What was done, by whom and from where, newest first": "Кто, что и откуда сделал, сначала новое",
  "A page of entries.": "Страница записей.",
};

/** A sentence of the document in the reader's language. */
export const said = (locale: string, sentence: string): string =>
  locale === "ru" ? (russian[sentence] ?? sentence) : sentence;
