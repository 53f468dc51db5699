// Package schedule defines instants that recur and opening hours, exact across changes of the
// clocks.
//
// A [Schedule] is a set of instants. [Schedule.Next] and [Schedule.Prev] find the one strictly
// after, or before, another:
//
//	due := schedule.Daily(7, 0, dublin) // or schedule.MustParse("CRON_TZ=Europe/Dublin 0 7 * * *")
//	next, ok := due.Next(now)
//
// For most use cases [Daily], [Cron] and [Parse] are enough. A [Calendar] is a set of opening
// hours: it measures open time, and a Schedule can skip or shift off its closed days.
//
// # What happens when clocks change?
//
// A local time that a Schedule lists happens once a day, whatever clocks do:
//
//	clocks skip it       at the first instant after the gap
//	clocks show it twice at the later occurrence; at the earlier one with Schedule.EarlierAtOverlap
//
// A pattern that runs in every hour or every few minutes follows elapsed time: it runs in both
// passes of a repeated hour, and not at all in a skipped one. [Cron] defines which patterns those
// are.
//
// A span of a Calendar opens at the earlier occurrence and closes at the later.
//
// # Does it hold for odd zones?
//
// Yes. Of a zone only what RFC 8536 requires is assumed: offsets above -25 and below 26 hours. Lord
// Howe shifts by half an hour, Santiago at midnight, Dublin saves time in winter, Apia skipped a
// day: the tests compare these zones with an oracle that looks at every minute.
//
// # How are day of month and day of week combined?
//
// As in Vixie cron: if either begins with *, a day must match both, and otherwise one of them is
// enough.
//
// # How do I write "on working days"?
//
// [Schedule.SkipClosed] drops the days a Calendar has closed, holidays included;
// [Schedule.ShiftBefore] and [Schedule.ShiftAfter] move them to the nearest open day, and
// [Schedule.NthOpenDay] keeps the nth, or the last nth, working day of each month.
// Weekdays without some holidays, at 07:00:
//
//	schedule.MustParse("CRON_TZ=Europe/Dublin 0 7 * * * skip {mon-fri 00:00-24:00; 2026-12-25 closed}")
//
// The example of SkipClosed does the same in code. Weekdays alone need no Calendar: "0 7 * *
// mon-fri".
//
// # How do I write the first Monday, the last Friday, or single dates?
//
// With a Calendar that has only those open, as the examples do:
//
//	0 7 * * * nth 1 {mon 00:00-24:00}         the first Monday of each month
//	0 7 * * * nth -1 {fri 00:00-24:00}        the last Friday
//	0 7 * * * skip {2026-04-15 00:00-24:00}   one date
//
// "0 7 1-7 * mon" is not the first Monday, but each Monday and each of the first seven days.
//
// # How do I measure "12 working hours"?
//
// With [Calendar.Elapsed] and [Calendar.Add].
//
// # Can a search run forever?
//
// No. Expressions that no day can match are refused when they are parsed,
// all instants lie before the year 10000, and searches leap over what cannot match.
// Where there is no instant, Next and Prev return false.
//
// # How are schedules stored?
//
// As text, which is canonical and reads back as an equal value: see [Schedule.String] and
// [Calendar.String]. Both are strings in JSON, and flag values with [flag.TextVar].
//
// # What does it cost?
//
// Next, Prev and the methods of a Calendar allocate nothing. Next of a daily Schedule costs about
// two and a half calls of [time.Date] in its zone, however far the instant is.
//
// # Compatibility
//
// The text of a Schedule or Calendar that is valid today stays valid, and keeps its instants
// but for changes of the zone data. The module is at v0: names may still change.
package schedule
