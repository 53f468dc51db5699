package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// zoneNames are zones whose clocks changed in unusual ways: by half an hour, at midnight, by a whole day,
// backwards in summer, twice around Ramadan, by 20 minutes, by seconds.
var zoneNames = []string{
	"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Europe/Dublin",
	"Africa/Casablanca", "Pacific/Kwajalein", "Asia/Manila", "America/Juneau", "America/Sao_Paulo", "America/St_Johns",
	"Asia/Kathmandu", "Africa/Monrovia", "Asia/Pyongyang", "America/Caracas", "Europe/Moscow", "Europe/Istanbul",
	"Antarctica/Troll", "Africa/Cairo", "Asia/Gaza", "Asia/Tehran", "Pacific/Chatham", "Europe/Amsterdam",
	"America/Metlakatla", "Pacific/Guam", "Pacific/Kiritimati", "Antarctica/Casey", "UTC",
}

func load(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// oracle computes the instants of a cron expression from its definition, by looking at every step of time.
type oracle struct {
	expr    string
	loc     *time.Location
	earlier bool
	shift   string // "", "skip", "before", "after" the closed days of hours, or the "nth" open day
	nth     int
	hours   schedule.Hours
}

// instants returns the instants in [from, to), looking at every step.
// It knows of days some days more on either side, so that what moves into the range is seen.
func (o oracle) instants(from, to time.Time, step time.Duration) []time.Time {
	fields := strings.Fields(o.expr)
	hours := 0
	for h := range 24 {
		if matches(fields[1], h, 0, 23, nil) {
			hours++
		}
	}
	minutes := 0
	for m := range 60 {
		if matches(fields[0], m, 0, 59, nil) {
			minutes++
		}
	}
	repeating := hours == 24 || strings.HasPrefix(fields[0], "*") && minutes > 1

	seen := map[int64][]time.Time{} // naive local seconds → the instants that show it
	gaps := map[int64]time.Time{}   // naive local seconds that are skipped → the first instant after
	var found []time.Time
	first := from.Add(-50 * time.Hour)
	last := naive(first.Add(-step).In(o.loc))
	for at := first; at.Before(to.Add(50 * time.Hour)); at = at.Add(step) {
		local := at.In(o.loc)
		if local.Second() == 0 && local.Nanosecond() == 0 && o.match(fields, naive(local)) {
			if repeating {
				found = append(found, at)
			} else {
				seen[naive(local)] = append(seen[naive(local)], at)
			}
		}
		if !repeating && naive(local)-last > int64(step/time.Second) {
			for skipped := last + 1; skipped < naive(local); skipped++ {
				if skipped%60 == 0 && o.match(fields, skipped) {
					gaps[skipped] = at
				}
			}
		}
		last = naive(local)
	}
	for local, ats := range seen {
		delete(gaps, local)
		if o.earlier {
			found = append(found, ats[0])
		} else {
			found = append(found, ats[len(ats)-1])
		}
	}
	for _, at := range gaps {
		found = append(found, at)
	}
	slices.SortFunc(found, time.Time.Compare)
	found = slices.CompactFunc(found, time.Time.Equal)
	return slices.DeleteFunc(found, func(t time.Time) bool { return t.Before(from) || !t.Before(to) })
}

// naive returns what clocks show at t as seconds since a 1970 without zones.
func naive(t time.Time) int64 {
	_, offset := t.Zone()
	return t.Unix() + int64(offset)
}

func (o oracle) match(fields []string, local int64) bool {
	t := time.Unix(local, 0).UTC()
	return matches(fields[0], t.Minute(), 0, 59, nil) && matches(fields[1], t.Hour(), 0, 23, nil) && o.matchDay(fields, t)
}

// matchDay reports whether the day of t is one of the pattern's, once closed days were moved.
func (o oracle) matchDay(fields []string, t time.Time) bool {
	if o.shift == "" {
		return inPattern(fields, t)
	}
	if !o.openDay(t) {
		return false
	}
	if o.shift == "skip" {
		return inPattern(fields, t)
	}
	if o.shift == "nth" {
		return inPattern(fields, t) && o.isNth(fields, t)
	}
	step := -1
	if o.shift == "before" {
		step = 1
	}
	for range 100 {
		if inPattern(fields, t) {
			return true
		}
		if t = t.AddDate(0, 0, step); o.openDay(t) {
			return false
		}
	}
	return false
}

// isNth counts the open days of the pattern from one end of the month up to that of t.
func (o oracle) isNth(fields []string, t time.Time) bool {
	step, want := -1, o.nth
	if o.nth < 0 {
		step, want = 1, -o.nth
	}
	count := 0
	for at := t; at.Month() == t.Month(); at = at.AddDate(0, 0, step) {
		if o.openDay(at) && inPattern(fields, at) {
			count++
		}
	}
	return count == want
}

func (o oracle) openDay(t time.Time) bool { return len(spansOn(o.hours, t)) > 0 }

func inPattern(fields []string, t time.Time) bool {
	month := []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
	week := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	if !matches(fields[3], int(t.Month()), 1, 12, month) {
		return false
	}
	dom := matches(fields[2], t.Day(), 1, 31, nil) ||
		slices.Contains(strings.Split(fields[2], ","), "L") && t.AddDate(0, 0, 1).Day() == 1
	dow := matches(fields[4], int(t.Weekday()), 0, 7, week) ||
		t.Weekday() == time.Sunday && matches(fields[4], 7, 0, 7, week)
	if strings.HasPrefix(fields[2], "*") || strings.HasPrefix(fields[4], "*") {
		return dom && dow
	}
	return dom || dow
}

// matches reports whether the text of a field selects v.
func matches(field string, v, lo, hi int, names []string) bool {
	number := func(s string) int {
		for i, name := range names {
			if strings.EqualFold(s, name) {
				return lo + i
			}
		}
		n, err := strconv.Atoi(s)
		if err != nil {
			panic(err)
		}
		return n
	}
	for _, item := range strings.Split(field, ",") {
		if item == "L" {
			continue
		}
		body, step, stepped := strings.Cut(item, "/")
		from, to := lo, hi
		if body != "*" {
			a, b, ranged := strings.Cut(body, "-")
			from = number(a)
			switch {
			case ranged:
				to = number(b)
			case !stepped:
				to = from
			}
		}
		if v >= from && v <= to && (!stepped || (v-from)%number(step) == 0) {
			return true
		}
	}
	return false
}

// randomExpr returns a random expression, most often one whose hours are those at which clocks change.
func randomExpr(r *rand.Rand) string {
	pick := func(texts ...string) string { return texts[r.IntN(len(texts))] }
	minute := pick("0", "30", "15,45", "*", "*/15", "*/7", "0-59", "5/20", "10-40/10", "*/60", strconv.Itoa(r.IntN(60)), "0,1,59")
	hour := pick("*", "0", "1", "2", "3", "23", "0-3", "1,2,3", "*/2", "*/6", "22-23", "0-23", "2-3,12", strconv.Itoa(r.IntN(24)))
	dom := pick("*", "*", "*", "*", "1", "L", "1,15", "*/2", "*/5", "29-31", "28,L", "*/10,L", strconv.Itoa(1+r.IntN(31)))
	month := pick("*", "*", "*", "*", "1-6", "7-12", "mar,oct,nov", "*/3", "2", "jan,dec")
	dow := pick("*", "*", "*", "*", "mon-fri", "0", "7", "sat", "*/2", "6-7", "1,3", "0-7", strconv.Itoa(r.IntN(8)))
	return strings.Join([]string{minute, hour, dom, month, dow}, " ")
}

// change returns an instant near which clocks in loc changed, in the given year, or any instant of it if they did not.
func change(r *rand.Rand, loc *time.Location, year int) time.Time {
	at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	var changes []time.Time
	for range 365 {
		next := at.Add(24 * time.Hour)
		_, a := at.In(loc).Zone()
		_, b := next.In(loc).Zone()
		if a != b {
			changes = append(changes, at)
		}
		at = next
	}
	if len(changes) == 0 || r.IntN(8) == 0 {
		return time.Date(year, 1, 1+r.IntN(366), r.IntN(24), r.IntN(60), 0, 0, time.UTC)
	}
	return changes[r.IntN(len(changes))]
}

// scenario is a random schedule and a stretch of time to look at it in.
type scenario struct {
	oracle
	s        schedule.Schedule
	from, to time.Time
	step     time.Duration
}

func (c scenario) String() string {
	return fmt.Sprintf("%s (%s) in [%s, %s)", c.s, c.expr, c.from.Format(time.RFC3339), c.to.Format(time.RFC3339))
}

func randomScenario(t testing.TB, r *rand.Rand) scenario {
	for {
		loc := load(t, zoneNames[r.IntN(len(zoneNames))])
		year := 1973 + r.IntN(90)
		if r.IntN(6) == 0 {
			year = []int{1844, 1867, 1883, 1912, 1937, 1940, 1945, 1969, 1972}[r.IntN(9)]
		}
		from := change(r, loc, year).Add(-30 * time.Hour)
		if r.IntN(10) == 0 {
			from = time.Date(2040+4*r.IntN(10), 12, 30, 0, 0, 0, 0, time.UTC)
		}
		step := time.Minute
		for at := from.Add(-60 * time.Hour); at.Before(from.Add(200 * time.Hour)); at = at.Add(10 * time.Hour) {
			if _, offset := at.In(loc).Zone(); offset%60 != 0 {
				step = time.Second
			}
		}
		c := scenario{oracle: oracle{expr: randomExpr(r), loc: loc, earlier: r.IntN(2) == 0},
			from: from, to: from.Add(84 * time.Hour), step: step}
		s, err := schedule.Cron(c.expr, loc)
		if err != nil {
			continue // impossible, as 30 February
		}
		if c.s = s; c.earlier {
			c.s = s.EarlierAtOverlap()
		}
		return c
	}
}

func TestCronAgreesWithOracle(t *testing.T) {
	rounds := 120
	if testing.Short() {
		rounds = 20
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		checkScenario(t, r, randomScenario(t, r))
	}
}

func TestClosedDaysAgreeWithOracle(t *testing.T) {
	rounds := 120
	if testing.Short() {
		rounds = 20
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range rounds {
		c := randomScenario(t, r)
		c.to = c.from.Add(240 * time.Hour)
		if c.step != time.Minute {
			continue
		}
		c.hours = randomHours(r, c.loc, c.from.Add(100*time.Hour))
		cal, err := schedule.NewCalendar(c.hours)
		if err != nil {
			continue // never open
		}
		switch c.shift = []string{"skip", "before", "after"}[r.IntN(3)]; c.shift {
		case "skip":
			c.s = c.s.SkipClosed(cal)
		case "before":
			c.s = c.s.ShiftBefore(cal)
		case "after":
			c.s = c.s.ShiftAfter(cal)
		}
		require.NoError(t, c.s.Validate())
		checkScenario(t, r, c)
	}
}

func checkScenario(t *testing.T, r *rand.Rand, c scenario) {
	t.Helper()
	want := c.instants(c.from, c.to, c.step)
	var got []time.Time
	for at, ok := c.s.Next(c.from.Add(-1)); ok && at.Before(c.to); at, ok = c.s.Next(at) {
		got = append(got, at)
	}
	require.Equal(t, show(want), show(got), "Next of %s", c)
	got = nil
	for at, ok := c.s.Prev(c.to); ok && !at.Before(c.from); at, ok = c.s.Prev(at) {
		got = append(got, at)
	}
	slices.Reverse(got)
	require.Equal(t, show(want), show(got), "Prev of %s", c)
	checkBetween(t, r, c, want)
	again, err := schedule.Parse(c.s.String())
	require.NoError(t, err)
	require.True(t, again.Equal(c.s), "%s is read back as %s", c.s, again)
	require.Equal(t, c.s.String(), again.String())
}

func show(ts []time.Time) string {
	var b strings.Builder
	for _, t := range ts {
		b.WriteString(t.UTC().Format("2006-01-02T15:04:05Z\n"))
	}
	return b.String()
}

// checkBetween asks at instants that are none of the schedule's.
func checkBetween(t *testing.T, r *rand.Rand, c scenario, all []time.Time) {
	t.Helper()
	for range 50 {
		at := c.from.Add(time.Duration(r.Int64N(int64(c.to.Sub(c.from)))))
		i, exact := slices.BinarySearchFunc(all, at, time.Time.Compare)
		if i > 0 {
			prev, ok := c.s.Prev(at)
			require.True(t, ok && prev.Equal(all[i-1]), "Prev(%s) of %s is %s, want %s", at, c, prev, all[i-1])
		}
		if exact {
			i++
		}
		if i < len(all) {
			next, ok := c.s.Next(at)
			require.True(t, ok && next.Equal(all[i]), "Next(%s) of %s is %s, want %s", at, c, next, all[i])
		}
	}
}
