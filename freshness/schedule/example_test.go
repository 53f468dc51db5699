package schedule_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// Orders are due at 01:30 in Dublin. In spring that time does not exist on one day, in autumn it occurs twice.
func Example() {
	due := schedule.Daily(1, 30, mustLoad("Europe/Dublin"))
	spring := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)
	autumn := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	for _, now := range []time.Time{spring, autumn} {
		next, _ := due.Next(now)
		fmt.Println(next)
	}
	earlier, _ := due.EarlierAtOverlap().Next(autumn)
	fmt.Println(earlier)
	// Output:
	// 2026-03-29 02:00:00 +0100 IST
	// 2026-10-25 01:30:00 +0000 GMT
	// 2026-10-25 01:30:00 +0100 IST
}

func ExampleSchedule_Prev() {
	due := schedule.MustCron("0 7 * * mon-fri", mustLoad("Europe/Dublin"))
	monday := time.Date(2026, 3, 30, 6, 0, 0, 0, time.UTC) // 07:00 in Dublin
	last, ok := due.Prev(monday)                           // strictly before
	fmt.Println(last, ok)
	back, _ := due.Next(last)
	fmt.Println(back.Equal(monday))
	// Output:
	// 2026-03-27 07:00:00 +0000 GMT true
	// true
}

// A pattern that runs every hour follows elapsed time, and one that lists hours does not.
func ExampleCron() {
	berlin := mustLoad("Europe/Berlin")
	for _, expr := range []string{"0 * * * *", "0 2 * * *"} {
		s, err := schedule.Cron(expr, berlin)
		if err != nil {
			fmt.Println(err)
			return
		}
		at := time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC)
		for range 3 {
			at, _ = s.Next(at)
			fmt.Println(expr, " ", at.Format("Jan 2 15:04 MST"))
		}
	}
	// Output:
	// 0 * * * *   Oct 25 02:00 CEST
	// 0 * * * *   Oct 25 02:00 CET
	// 0 * * * *   Oct 25 03:00 CET
	// 0 2 * * *   Oct 25 02:00 CET
	// 0 2 * * *   Oct 26 02:00 CET
	// 0 2 * * *   Oct 27 02:00 CET
}

// The 30th of February does not wait for the year 10000 to be found out.
func ExampleParseError() {
	_, err := schedule.Parse("CRON_TZ=Europe/Dublin 0 7 30 2 *")
	var bad *schedule.ParseError
	if errors.As(err, &bad) {
		fmt.Printf("%s, offset %d: %s\n", bad.Field, bad.Offset, bad.Reason)
		fmt.Println("…" + bad.Input[bad.Offset:])
	}
	// Output:
	// day of month, offset 26: no month of "2" has day 30
	// …30 2 *
}

// Twenty-four hours are not a day.
func ExampleEvery() {
	newYork := mustLoad("America/New_York")
	anchor := time.Date(2026, 3, 7, 7, 0, 0, 0, newYork)
	elapsed, _ := schedule.EveryFrom(anchor, 24*time.Hour).Next(anchor)
	local, _ := schedule.Daily(7, 0, newYork).Next(anchor)
	fmt.Println(elapsed)
	fmt.Println(local)
	// Output:
	// 2026-03-08 08:00:00 -0400 EDT
	// 2026-03-08 07:00:00 -0400 EDT
}

func ExampleSchedule_String() {
	s := schedule.MustParse("TZ=Europe/Dublin 30 01 * * Mon,Tue,Wed earlier")
	fmt.Println(s)
	data, _ := json.Marshal(map[string]schedule.Schedule{"due": s, "probe": schedule.Every(15 * time.Minute)})
	fmt.Println(string(data))
	// Output:
	// CRON_TZ=Europe/Dublin 30 1 * * 1-3 earlier
	// {"due":"CRON_TZ=Europe/Dublin 30 1 * * 1-3 earlier","probe":"@every 15m"}
}

// A night shift in Berlin is nine hours long when clocks are put back, although it reads 22:00 to 06:00.
func ExampleCalendar() {
	nights := schedule.MustCalendar(schedule.Hours{
		Location: mustLoad("Europe/Berlin"),
		Weekly:   map[time.Weekday][]schedule.TimeRange{time.Saturday: {{Open: 22 * time.Hour, Close: 6 * time.Hour}}},
	})
	opens, _ := nights.NextOpening(time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC))
	closes, _ := nights.NextClosing(opens)
	fmt.Println(opens)
	fmt.Println(closes, nights.IsOpen(closes))
	fmt.Println(nights.Elapsed(opens, closes))
	// Output:
	// 2026-10-24 22:00:00 +0200 CEST
	// 2026-10-25 06:00:00 +0100 CET false
	// 9h0m0s
}

// Twelve working hours after a landing on the Thursday before Easter are over on the Wednesday after it.
func ExampleCalendar_Add() {
	office := schedule.MustCalendar(schedule.Hours{
		Location: mustLoad("Europe/Dublin"),
		Weekly:   schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour}),
		Holidays: []schedule.Date{{Year: 2026, Month: time.April, Day: 3}, {Year: 2026, Month: time.April, Day: 6}},
	})
	landed := time.Date(2026, 4, 2, 14, 0, 0, 0, office.Location())
	limit, ok := office.Add(landed, 12*time.Hour)
	fmt.Println(limit, ok)
	fmt.Println(office.Elapsed(landed, limit))
	// Output:
	// 2026-04-08 10:00:00 +0100 IST true
	// 12h0m0s
}

func ExampleParseCalendar() {
	office, err := schedule.ParseCalendar("TZ=Europe/Dublin mon-thu 09:00-12:30,13:30-17:00; fri 09:00-13:00; 2026-12-25 closed")
	fmt.Println(office, err)
	_, err = schedule.ParseCalendar("mon-fri 09:00-25:00")
	fmt.Println(err)
	// Output:
	// TZ=Europe/Dublin mon-thu 09:00-12:30,13:30-17:00; fri 09:00-13:00; 2026-12-25 closed <nil>
	// schedule: hours: "25:00" is not a clock time such as 09:00 (at offset 14 of "mon-fri 09:00-25:00")
}

// At 07:00 on weekdays, but for these holidays: in code, and as the text that a file of settings holds.
func ExampleSchedule_SkipClosed() {
	dublin := mustLoad("Europe/Dublin")
	workdays := schedule.MustCalendar(schedule.Hours{
		Weekly: schedule.Weekdays(schedule.TimeRange{Close: 24 * time.Hour}), // which hours does not matter here
		Holidays: []schedule.Date{
			{Year: 2026, Month: 12, Day: 25},
			{Year: 2026, Month: 12, Day: 28},
		},
	})
	due := schedule.Daily(7, 0, dublin).SkipClosed(workdays)
	same := schedule.MustParse("CRON_TZ=Europe/Dublin 0 7 * * * skip {mon-fri 00:00-24:00; 2026-12-25 closed; 2026-12-28 closed}")
	fmt.Println(same.Equal(due))

	at := time.Date(2026, 12, 23, 0, 0, 0, 0, dublin)
	for range 4 {
		at, _ = due.Next(at)
		fmt.Println(at.Format("Mon Jan 2 15:04"))
	}
	// Output:
	// true
	// Wed Dec 23 07:00
	// Thu Dec 24 07:00
	// Tue Dec 29 07:00
	// Wed Dec 30 07:00
}

// Opening hours as a file of settings holds them: the office opens once on a Saturday, and that counts as a working day.
func ExampleNewCalendar() {
	var settings struct {
		Weekly   map[string]string // from and to, by weekday
		Openings map[string]string // the same, by date
	}
	err := json.Unmarshal([]byte(`{
		"weekly":   {"Monday": "09:00-17:00", "Tuesday": "09:00-17:00"},
		"openings": {"2026-12-19": "10:00-14:00"}
	}`), &settings)
	fmt.Println(err)

	hours := schedule.Hours{
		Location: mustLoad("Europe/Dublin"),
		Weekly:   map[time.Weekday][]schedule.TimeRange{},
		Openings: map[schedule.Date][]schedule.TimeRange{},
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if text, ok := settings.Weekly[day.String()]; ok {
			hours.Weekly[day] = []schedule.TimeRange{rangeOf(text)}
		}
	}
	for date, text := range settings.Openings {
		at, _ := time.Parse(time.DateOnly, date)
		hours.Openings[schedule.Date{Year: at.Year(), Month: at.Month(), Day: at.Day()}] = []schedule.TimeRange{rangeOf(text)}
	}
	office, err := schedule.NewCalendar(hours)
	fmt.Println(office, err)

	friday := time.Date(2026, 12, 18, 12, 0, 0, 0, time.UTC)
	opens, _ := office.NextOpening(friday)
	fmt.Println(opens.Format("Mon Jan 2 15:04"))

	hours.Openings[schedule.Date{Year: 2026, Month: 13, Day: 1}] = nil
	_, err = schedule.NewCalendar(hours)
	fmt.Println(err)
	// Output:
	// <nil>
	// TZ=Europe/Dublin mon-tue 09:00-17:00; 2026-12-19 10:00-14:00 <nil>
	// Sat Dec 19 10:00
	// schedule: calendar: openings[2026-13-01]: month 13 is not between 1 and 12
}

// rangeOf reads 09:00-17:00.
func rangeOf(text string) (r schedule.TimeRange) {
	var openHour, openMinute, closeHour, closeMinute time.Duration
	fmt.Sscanf(text, "%d:%d-%d:%d", &openHour, &openMinute, &closeHour, &closeMinute)
	r.Open, r.Close = openHour*time.Hour+openMinute*time.Minute, closeHour*time.Hour+closeMinute*time.Minute
	return r
}

// Payments must land on the last day of the month, or the last working day before it: 31 May 2026 is a Sunday.
func ExampleSchedule_ShiftBefore() {
	weekdays := schedule.MustCalendar(schedule.Hours{Weekly: schedule.Weekdays(schedule.TimeRange{Close: 24 * time.Hour})})
	due := schedule.MustCron("0 17 L * *", time.UTC).ShiftBefore(weekdays)
	at := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	for range 3 {
		at, _ = due.Next(at)
		fmt.Println(at.Format("Mon Jan 2 15:04"))
	}
	// Output:
	// Thu Apr 30 17:00
	// Fri May 29 17:00
	// Tue Jun 30 17:00
}

// The month's figures are due on its first day, or the first working day after: 1 and 2 August 2026 are a weekend,
// 3 August is a holiday in Ireland.
func ExampleSchedule_ShiftAfter() {
	dublin := mustLoad("Europe/Dublin")
	office := schedule.MustCalendar(schedule.Hours{
		Weekly:   schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour}),
		Holidays: []schedule.Date{{Year: 2026, Month: time.August, Day: 3}},
	})
	due := schedule.MustCron("0 7 1 * *", dublin).ShiftAfter(office)
	at := time.Date(2026, 6, 30, 0, 0, 0, 0, dublin)
	for range 3 {
		at, _ = due.Next(at)
		fmt.Println(at.Format("Mon Jan 2 15:04 MST"))
	}
	fmt.Println(due)
	// Output:
	// Wed Jul 1 07:00 IST
	// Tue Aug 4 07:00 IST
	// Tue Sep 1 07:00 IST
	// CRON_TZ=Europe/Dublin 0 7 1 * * after {mon-fri 09:00-17:00; 2026-08-03 closed}
}
