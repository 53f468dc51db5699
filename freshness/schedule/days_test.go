package schedule

import (
	"testing"
	"time"
)

// TestCivil compares the day arithmetic with package time on every day of every search.
func TestCivil(t *testing.T) {
	at := time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)
	for day := at.Unix() / secondsPerDay; day <= maxDay+400; day++ {
		year, month, dom := civil(day)
		wantYear, wantMonth, wantDom := at.Date()
		if year != int64(wantYear) || month != wantMonth || dom != wantDom || weekday(day) != uint(at.Weekday()) {
			t.Fatalf("day %d is %d-%d-%d, weekday %d, want %s", day, year, month, dom, weekday(day), at)
		}
		if dom == 1 && firstOf(year, month) != day {
			t.Fatalf("firstOf(%d, %d) is %d, want %d", year, month, firstOf(year, month), day)
		}
		at = at.Add(24 * time.Hour)
		if _, m, _ := at.Date(); m != month && daysIn(year, month) != dom {
			t.Fatalf("%d-%d has %d days, want %d", year, month, daysIn(year, month), dom)
		}
	}
}
