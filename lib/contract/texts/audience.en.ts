/** Texts of the audience's error codes. `{name}` is filled from the error's params. */
export const audienceTexts = {
  // fields
  rate: "A rate is a number of segments a second from 0.001 to 100,000, or null for no limit.",
  price:
    'Give a price as a text in quotes: a number from 0 to 999999.999999 with at most six decimals, such as "2.35", or null for none.',
  no_currency: "A price needs a currency, and this installation has none: set CURRENCY first.",
  prefix: "A prefix is 1 to 15 digits, such as 7916.",
  prefixes: "Give a list of at most 5,000 prefixes.",
  gateway: "A gateway's name has at most 64 characters: small letters, digits, _ and -.",
  uuid_shaped: "It must not look like an id.",
  characters: "It has characters that Carillon cannot store.",
  empty: "It must not be empty.",
  too_long: "It is too long.",
  tag_bar: "A tag's name must not contain “|”.",
  tags: "Give a list of tag names or ids.",
  too_many_tags: "A recipient can have at most 100 tags.",
  timezone: "This is not an IANA time zone, such as Europe/Moscow.",
  attributes: "Give a map of names to texts.",
  attribute_twice: "This attribute is named twice.",
  attribute_name: "An attribute's name has 1 to 64 characters and is not the name of a column.",
  attribute_too_long: "An attribute can have at most 500 characters.",
  too_many_attributes: "A recipient can have at most 50 attributes.",
  phone: "This is not a phone number. Write it as +79161234567.",
  unknown_recipient: "No recipient has this number. Add it to the audience first.",
  opted_out: "This recipient has opted out.",
  phone_fragment: "Only digits are searched for here, at most 15.",
  inbound_id: "The id must be a text of up to 200 characters or a whole number.",
  too_many_inbound: "At most 1,000 messages in one call.",
  inbound_keyword: "The keyword is one of stop, start and none.",
  import_kind: "The kind is one of recipients and opt_outs.",
  import_mode: "The mode is one of add and replace.",
  suppression_reason: "The reason is one of asked, replied_stop, refused_by_operator and imported.",
  cursor: "Carillon did not give out this cursor.",
  unknown_operator: "There is no such operator: “{value}”.",
  unknown_tag: "There is no such tag: “{value}”.",
  unknown_dispatch: "There is no such dispatch: “{value}”.",
  unknown_audience: "There is no such saved audience: “{value}”.",
  audience: "An audience is an expression, or the id of a saved audience.",
  audience_beside_filter: "An audience and filters cannot stand beside each other: leave one of them out.",
  too_many_terms: "The list is too long.",
  empty_terms: "Name at least one value.",
  no_operator_for_phone: "You named no operator, and no operator has a prefix that the number begins with.",
  // conflicts
  code_taken: "Another operator has the code {code}.",
  prefix_taken: "The prefix {prefix} belongs to the operator {code}.",
  tag_name_taken: "A tag {name} already exists.",
  audience_name_taken: "A saved audience {name} already exists.",
  tag_in_audiences: "The tag {name} is in use. Saved audiences: {audiences}.",
  operator_in_audiences: "The operator {code} is in use. Saved audiences: {audiences}.",
  excluded_unfinished:
    "The audience leaves out whom dispatch {id} has reached, and that one is not over. Nobody can say yet who that will be.",
  excluded_dropped:
    "The audience leaves out whom dispatch {id} has reached, and the messages of that one were too old to be kept. Nobody can say any more who that was.",
  excluded_elsewhere:
    "Dispatch {id} leaves out whom this one has reached, and is not over. Try again when it is.",
  operator_in_use:
    "The operator {code} is in use. Recipients (deleted ones included): {recipients}. Number ranges: {ranges}. Dispatches: {dispatches}. {ids}",
  tag_in_use: "The tag {name} is in use. Dispatches: {dispatches}. {ids}",
  // files
  header_missing: "The file is empty: its first line must name the columns.",
  header_unreadable: "Carillon cannot read the first line as column names.",
  column_phone_missing:
    "There is no column “phone”. The first line must name the columns: phone, operator, tags, timezone, and any others.",
  column_twice: "The column “{column}” appears twice.",
  column_name: "A column's name has at most 64 characters; “{column}” has more.",
  too_many_columns: "The file has {column} columns of attributes. It can have at most {max}.",
  file_too_large: "The file is larger than {max} bytes. Import it in parts.",
  not_csv: "This is not a CSV file in UTF-8 or Windows-1251. Save the spreadsheet as CSV.",
  header_is_row:
    "The first line has a phone number instead of names of columns. Put a line with names before it, such as phone, name, city.",
  unknown_encoding: "There is no such encoding: “{value}”. Write, for example, utf-8 or windows-1251.",
  unknown_delimiter: "This cannot be a delimiter: “{value}”. Write a comma, a semicolon or a tab.",
  unknown_country: "There is no such country: “{value}”. Write its code of two capital letters, such as RU.",
  unknown_sheet: "The workbook has no such sheet: “{value}”. It has: {names}.",
  not_a_list: "This is neither text nor an Excel workbook. Save the table as .xlsx or as CSV.",
  workbook_old:
    "This is a workbook of an old Excel, or one with a password. Save it as .xlsx without a password, or as CSV.",
  workbook_broken:
    "The Excel workbook is damaged and cannot be read. Open it and save it again, or save it as CSV.",
  workbook_too_large:
    "The Excel workbook is too large once it is unpacked. Save it as CSV, or import it in parts.",
  too_many_rows: "The file has more than {max} rows. Import it in parts.",
  // rows
  cell_count: "The row has a different number of cells than the header.",
  cell_without_column: "A cell stands under a column without a name.",
  tag_name: "A tag's name has 1 to 100 characters.",
  phone_missing: "The phone is missing. Fill it in, or delete the row.",
  phone_rounded:
    "The spreadsheet has rounded the number, and its last digits are lost. Format the column as a number without decimals, or as text, and save the file again.",
  phone_several: "There are several numbers in one cell. Give each a row of its own.",
  phone_too_short:
    "The number is too short: digits are missing. A number of another country needs “+” and its country code.",
  phone_too_long:
    "The number is too long. Delete the surplus digits; a number of another country needs “+” and its country code.",
  phone_impossible:
    "There is no such number: a digit is wrong, missing or one too many. A number of another country needs “+” and its country code.",
  phone_ambiguous:
    "The number can be read in two ways, with a country code or without. Write it with “+” and its country code.",
  not_mobile: "This number gets no text messages: it is not a mobile one. Write a mobile number.",
  quote_open:
    "A quotation mark opens in this line and is not closed where its cell ends. Close it, or delete it.",
  quote_inside:
    "There is a quotation mark inside a cell. Put the whole cell in quotation marks and write those inside it twice, or delete them.",
  line_too_long:
    "The line is longer than 1,048,576 characters. Split it, or delete what does not belong there.",
  surplus_cell:
    "A cell stands under no column: “{value}”. Perhaps a delimiter is in a cell without quotation marks. Give the column a name, or empty the cell.",
  cell_too_long: "A cell is longer than 32,767 characters. Shorten it.",
  broken_letter: "A cell has a broken letter: “{value}”. Write the cell again.",
  spreadsheet_error:
    "A cell has an error of the spreadsheet instead of a value: “{value}”. Correct the formula, or empty the cell.",
  opted_out_value:
    "It is not clear whether the person has opted out: “{value}”. Write true, false or a date such as 2026-01-05, or empty the cell.",
  not_opted_out:
    "The column of opt-outs does not say that this person has opted out, so nothing happens to the number.",
  contradicts_row:
    "Another row of this number says something else than “{value}”. The last one counts. If that is wrong, correct the file.",
  // imports
  import_running: "A file is being read that may name this number. Try again when it has been read.",
  import_state: "An import that is {status} does not allow this: {action}.",
  import_interrupted: "The import was interrupted while the file was being received. Send the file again.",
  encoding_unsure:
    "Carillon cannot be sure of the file's encoding. Name it with ?encoding=. The likeliest: {candidates}.",
  review_too_old: "The file was read too long ago. Send it again.",
  undo_too_late: "This import could be undone until {until}.",
  column_names: "The column names are not a JSON list of texts.",
  kept_sent: "This person was written to after the import, or may have been.",
  kept_changed: "Somebody changed this person after the import.",
  interrupted: "A restart interrupted the import. It is safe to repeat it.",
  quote_not_closed:
    "A quotation mark is never closed. The rows before it are imported. It is safe to repeat the import.",
  record_too_long:
    "A row is too long. Perhaps a quotation mark is never closed. The rows before it are imported. It is safe to repeat the import.",
  unreadable:
    "Carillon cannot read the file as CSV. The rows before this line are imported. It is safe to repeat the import.",
  too_many_new_tags: "The file would create more than 1,000 new tags. Check its column of tags.",
  unknown_sender: "The gateway has no sender “{value}”. Its senders are: {names}.",
  sender_not_everywhere:
    "These gateways have no sender “{value}”: {missing}. All of the dispatch's gateways have: {names}.",
  no_sender: "The gateway has no senders to choose from, so nobody can be “{value}”. Leave the sender out.",
  unknown_gateway: "There is no gateway {value} in GATEWAYS_FILE. The gateways are: {names}.",
  reference_deleted:
    "Somebody deleted an operator or a tag that the file names. It is safe to repeat the import.",
  tag_deleted: "Somebody deleted a tag that the file names by id. It is safe to repeat the import.",
  internal: "The import failed because of an error in Carillon. It is safe to repeat it.",
  operator_names: "The operators are not a JSON map of names to codes.",
  column_range_missing: "There is no column “{column}”. A table of number ranges has from, to and operator.",
  range_code: "The code is not three digits: “{value}”.",
  range_number:
    "This is no number: “{value}”. Write it with its country code and without spaces, such as 79161234567.",
  range_order: "The range ends before it begins: its end is “{value}”.",
  range_operator_missing: "The range has no operator. Fill it in, or delete the line.",
  range_overlap:
    "The range has numbers that one in another line has already: line {value}. Correct one of them.",
  ranges_unread: "The file could not be read. Send it again.",
  ranges_encoding: "The encoding is not sure. Choose it, and the file is read again.",
  ranges_columns: "Columns are missing. Correct the file and load it again.",
  ranges_wrong:
    "Lines of the file are wrong. Correct them and load the file again: a table with holes would send people to the wrong operator.",
  ranges_operators: "Names in the file mean no operator. Say which they mean, or leave their ranges out.",
  ranges_none: "There are no ranges left to load.",
  ranges_busy: "Other number ranges are being applied. Wait until they are.",
  ranges_changed: "The number ranges have changed since this was counted. Load the file again.",
  range_load_state: "A load of number ranges that is {status} does not allow this.",
} as const satisfies Record<string, string>;
