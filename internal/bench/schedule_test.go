package bench

import (
	"testing"
	"time"
	_ "time/tzdata"

	netresearch "github.com/netresearch/go-cron"
	robfig "github.com/robfig/cron/v3"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// days are instants a day apart through the year 2026, at an hour at which no schedule here is due.
func days(loc *time.Location) []time.Time {
	out := make([]time.Time, 365)
	for i := range out {
		out[i] = time.Date(2026, 1, 1+i, 3, 30, 0, 0, loc)
	}
	return out
}

var (
	sinkTime time.Time
	sinkBool bool
	sinkSpan time.Duration
)

// perOp returns the nanoseconds that one call of f takes, at best of many rounds of n.
func perOp(n int, f func(i int)) float64 {
	best := time.Duration(1 << 62)
	for range 400 {
		began := time.Now()
		for i := range n {
			f(i)
		}
		best = min(best, time.Since(began))
	}
	return float64(best) / float64(n)
}

// BenchmarkSchedule reports, beside the time of Next or Prev, how many times that of one time.Date
// it is: both are measured in the same run, each at its best.
func BenchmarkSchedule(b *testing.B) {
	for _, zone := range []string{"America/New_York", "Europe/Dublin"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			b.Fatal(err)
		}
		ats := days(loc)
		for _, expr := range []string{"0 7 * * *", "0 7 * * 1-5", "0 7 29 2 *", "0 7 1 * *", "*/15 * * * *"} {
			s := schedule.MustCron(expr, loc)
			run(b, zone+"/"+expr+"/Next/ours", ats, func(at time.Time) { sinkTime, sinkBool = s.Next(at) })
			run(b, zone+"/"+expr+"/Prev/ours", ats, func(at time.Time) { sinkTime, sinkBool = s.Prev(at) })
			peers(b, zone, expr, ats)
		}
	}
}

func peers(b *testing.B, zone, expr string, ats []time.Time) {
	text := "CRON_TZ=" + zone + " " + expr
	r, err := robfig.ParseStandard(text)
	if err != nil {
		b.Fatal(err)
	}
	run(b, zone+"/"+expr+"/Next/robfig", ats, func(at time.Time) { sinkTime = r.Next(at) })
	n, err := netresearch.ParseStandard(text)
	if err != nil {
		b.Fatal(err)
	}
	run(b, zone+"/"+expr+"/Next/netresearch", ats, func(at time.Time) { sinkTime = n.Next(at) })
	if p, ok := n.(interface{ Prev(time.Time) time.Time }); ok {
		run(b, zone+"/"+expr+"/Prev/netresearch", ats, func(at time.Time) { sinkTime = p.Prev(at) })
	}
}

func run(b *testing.B, name string, ats []time.Time, f func(at time.Time)) {
	b.Run(name, func(b *testing.B) {
		loc := ats[0].Location()
		date := perOp(len(ats), func(i int) { sinkTime = time.Date(2026, 1, 1+i, 7, 0, 0, 0, loc) })
		ours := perOp(len(ats), func(i int) { f(ats[i]) })
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			f(ats[i%len(ats)])
		}
		b.ReportMetric(date, "best-ns/time.Date")
		b.ReportMetric(ours, "best-ns/op")
		b.ReportMetric(ours/date, "x/time.Date")
	})
}

// BenchmarkCalendar shows that the cost of open time does not grow with the distance.
func BenchmarkCalendar(b *testing.B) {
	loc, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		b.Fatal(err)
	}
	h := schedule.Hours{Location: loc, Weekly: schedule.Weekdays(
		schedule.TimeRange{Open: 9 * time.Hour, Close: 12 * time.Hour}, schedule.TimeRange{Open: 13 * time.Hour, Close: 17 * time.Hour})}
	for year := 2000; year < 2060; year++ {
		for day := 1; day <= 10; day++ {
			h.Holidays = append(h.Holidays, schedule.Date{Year: year, Month: time.December, Day: day + 20})
		}
	}
	cal := schedule.MustCalendar(h)
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, loc)
	for _, d := range []struct {
		name string
		from time.Time
	}{
		{"12h", now.Add(-12 * time.Hour)}, {"1y", now.AddDate(-1, 0, 0)}, {"20y", now.AddDate(-20, 0, 0)}, {"since year 1", time.Time{}},
	} {
		b.Run("Elapsed/"+d.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sinkSpan = cal.Elapsed(d.from, now)
			}
		})
	}
	for _, d := range []time.Duration{4 * time.Hour, 40 * time.Hour, 4000 * time.Hour, -4000 * time.Hour} {
		b.Run("Add/"+d.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sinkTime, sinkBool = cal.Add(now, d)
			}
		})
	}
	b.Run("Open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkBool = cal.IsOpen(now)
		}
	})
	b.Run("NextOpening", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkTime, sinkBool = cal.NextOpening(now)
		}
	})
	b.Run("NextClosing", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkTime, sinkBool = cal.NextClosing(now)
		}
	})
	shifted := schedule.MustCron("0 7 1 * *", loc).ShiftAfter(cal)
	b.Run("ShiftAfter/Next", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkTime, sinkBool = shifted.Next(now)
		}
	})
	b.Run("NewCalendar", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := schedule.NewCalendar(h); err != nil {
				b.Fatal(err)
			}
		}
	})
}
