package schedule_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// printDue prints the first instants of a schedule after the end of 2025.
func printDue(s schedule.Schedule, n int) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, s.Location()).Add(-1)
	for range n {
		var ok bool
		if at, ok = s.Next(at); !ok {
			fmt.Println("no more")
			return
		}
		fmt.Println(at.Format("Mon Jan 2 15:04"))
	}
}

// The books close on the third working day of each month, and the payroll is due on the last but one.
func ExampleSchedule_NthOpenDay() {
	office := schedule.MustCalendar(schedule.Hours{
		Weekly:   schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour}),
		Holidays: []schedule.Date{{Year: 2026, Month: 1, Day: 1}, {Year: 2026, Month: 2, Day: 2}},
	})
	books := schedule.Daily(7, 0, time.UTC).NthOpenDay(3, office)
	printDue(books, 3)
	fmt.Println(books.Words())
	printDue(schedule.Daily(17, 0, nil).NthOpenDay(-2, office), 3)
	// Output:
	// Tue Jan 6 07:00
	// Thu Feb 5 07:00
	// Wed Mar 4 07:00
	// by 07:00 UTC on the 3rd working day of each month
	// Thu Jan 29 17:00
	// Thu Feb 26 17:00
	// Mon Mar 30 17:00
}

// The first Monday of each month, and the last Friday: the first and the last open day of a calendar
// that has only these open.
func ExampleSchedule_NthOpenDay_firstMonday() {
	printDue(schedule.MustParse("0 7 * * * nth 1 {mon 00:00-24:00}"), 3)
	printDue(schedule.MustParse("0 7 * * * nth -1 {fri 00:00-24:00}"), 3)
	// Output:
	// Mon Jan 5 07:00
	// Mon Feb 2 07:00
	// Mon Mar 2 07:00
	// Fri Jan 30 07:00
	// Fri Feb 27 07:00
	// Fri Mar 27 07:00
}

// Single dates, as for the figures of an audit: a calendar that has nothing open but them.
func ExampleSchedule_SkipClosed_dates() {
	printDue(schedule.MustParse("0 7 * * * skip {2026-04-15 00:00-24:00; 2026-10-15 00:00-24:00}"), 3)
	// Output:
	// Wed Apr 15 07:00
	// Thu Oct 15 07:00
	// no more
}
