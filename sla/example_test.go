package sla_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

func Example() {
	orders := sla.SLA{
		ID: "orders-by-7", Name: "Orders ready by 07:00",
		Owners: []string{"data-infra", "analytics"}, Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders",
			Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour},
		}},
	}
	catalog, err := sla.NewCatalog([]sla.SLA{orders}, sla.Feeds("raw.orders", "stg.orders", "mart.orders"))
	if err != nil {
		fmt.Println(err)
		return
	}
	reach, known := catalog.Reach("raw.orders")
	path := slices.Collect(reach.Path())
	fmt.Println(known, reach.SLA().Tier, strings.Join(path, " → "), reach.SLA().Title())
	// Output: true primary raw.orders → stg.orders → mart.orders Orders ready by 07:00
}

func ExampleSLA_Validate() {
	s := sla.SLA{ID: "orders", Objectives: []sla.Objective{{
		Name: "ready", Asset: "mart.orders", Window: sla.Rolling(-time.Hour),
		Freshness: freshness.MaxAge{Warn: time.Hour},
	}}}
	fmt.Println(s.Validate())
	// Output:
	// objectives[0].target: is missing
	// objectives[0].window: -1h0m0s is no length: it must be positive
}

// Promises that others write stand in a file. All their faults are reported at once.
func ExampleDecodeSLAs() {
	slas, err := sla.DecodeSLAs([]byte(`[{
		"id": "orders-by-7",
		"objectives": [{
			"name": "ready", "asset": "mart.orders", "target": "99%", "window": "month Europe/Dublin",
			"freshness": {"deadline": {"due": "CRON_TZ=Europe/Dublin 0 7 * * *"}}
		}]
	}]`))
	fmt.Println(slas[0].ID, slas[0].Tier, slas[0].Objectives[0].Target, slas[0].Objectives[0].Window, err)

	_, err = sla.DecodeSLAs([]byte(`[
		{"id": "clicks", "tier": "secondry"},
		{"id": "orders", "objectives": [{"name": "ready", "asset": "mart.orders", "target": 1.2, "window": "day"}]}
	]`))
	fmt.Println(err)
	var first *sla.FieldError
	if errors.As(err, &first) {
		fmt.Println(first.Path, "in line", first.Line)
	}
	// Output:
	// orders-by-7 primary 99% month Europe/Dublin <nil>
	// slas[0].tier: SLA "clicks": "secondry" is none of primary, secondary, tertiary (line 2, offset 29)
	// slas[1].objectives[0].target: SLA "orders": 1.2 is not between 0 and 1 (line 3, offset 128)
	// slas[0].tier in line 2
}

func ExampleParseTarget() {
	for _, text := range []string{"99.95%", "0.9995", "99.95", "100%"} {
		target, err := sla.ParseTarget(text)
		fmt.Println(target, err)
	}
	// Output:
	// 99.95% <nil>
	// 99.95% <nil>
	//  target: 99.95 is not between 0 and 1: write "99.95%"
	//  target: 100% is not between 0% and 100%: write "zero_tolerance": true in its place
}

func ExampleTier() {
	var tier sla.Tier
	fmt.Println(tier)
	fmt.Println(tier.UnmarshalText([]byte("Secondary")), tier, tier > sla.Primary)
	// Output:
	// primary
	// <nil> secondary true
}

// A day of the calendar is not always 24 hours long, and not every month has a 31st.
func ExampleWindow_Bounds() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	noon := time.Date(2026, 3, 29, 12, 0, 0, 0, berlin)
	for _, w := range []sla.Window{sla.Rolling(sla.Day), sla.CalendarDay(berlin),
		sla.CalendarMonth(31, berlin)} {
		start, end := w.Bounds(noon)
		fmt.Println(w, "from", start.Format("02 Jan 15:04"), "to", end.Format("02 Jan 15:04"), end.Sub(start))
	}
	// Output:
	// rolling 1d from 28 Mar 11:00 to 29 Mar 12:00 24h0m0s
	// day Europe/Berlin from 29 Mar 00:00 to 30 Mar 00:00 23h0m0s
	// month from 31 Europe/Berlin from 28 Feb 00:00 to 31 Mar 00:00 743h0m0s
}

// Windows in files and flags are text. What can be read is written as the same again.
func ExampleParseWindow() {
	for _, text := range []string{"Rolling 720h", "week", "month from 31 Europe/Dublin",
		"year from April 6 Europe/London", "fortnight"} {
		window, err := sla.ParseWindow(text)
		fmt.Println(window, err)
	}
	// Output:
	// rolling 30d <nil>
	// week from Monday UTC <nil>
	// month from 31 Europe/Dublin <nil>
	// year from April 6 Europe/London <nil>
	//  window: "fortnight" is no window: want rolling, day, week, month, quarter or year first
}

// Quarters of a business year that begins in February.
func ExampleCalendarQuarter() {
	window := sla.CalendarQuarter(time.February, 1, nil)
	start, end := window.Bounds(time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC))
	fmt.Println(window, "from", start.Format(time.DateOnly), "to", end.Format(time.DateOnly))
	// Output: quarter from February 1 UTC from 2026-02-01 to 2026-05-01
}

// The British tax year.
func ExampleCalendarYear() {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		fmt.Println(err)
		return
	}
	window := sla.CalendarYear(time.April, 6, london)
	start, end := window.Bounds(time.Date(2026, 3, 29, 12, 0, 0, 0, london))
	fmt.Println(window, "from", start.Format(time.DateOnly), "to", end.Format(time.DateOnly))
	// Output: year from April 6 Europe/London from 2025-04-06 to 2026-04-06
}

func ExampleCatalog_Reach() {
	catalog, err := sla.NewCatalog(
		[]sla.SLA{{ID: "orders", Tier: sla.Secondary, Assets: []string{"mart.orders"}}},
		sla.Feeds("raw.orders", "mart.orders", "sandbox.orders"),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, asset := range []string{"raw.orders", "sandbox.orders", "raw.odrers"} {
		reach, known := catalog.Reach(asset)
		tier, reaches := reach.Tier()
		switch {
		case !known:
			fmt.Println(asset, "is unknown")
		case !reaches:
			fmt.Println(asset, "reaches no SLA")
		default:
			fmt.Println(asset, "reaches", reach.SLA().ID, "of tier", tier, "over", reach.Hops(), "edge")
		}
	}
	// Output:
	// raw.orders reaches orders of tier secondary over 1 edge
	// sandbox.orders reaches no SLA
	// raw.odrers is unknown
}

func ExampleCatalog_Impacts() {
	catalog, err := sla.NewCatalog(
		[]sla.SLA{
			{ID: "trends", Tier: sla.Tertiary, Assets: []string{"stg.orders"}},
			{ID: "finance-close", Assets: []string{"mart.finance"}},
		},
		sla.Feeds("raw.orders", "stg.orders", "mart.orders", "mart.finance"),
		sla.Feeds("raw.orders", "stg.payments", "mart.finance"), // a shorter way
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for impact := range catalog.Impacts("raw.orders") {
		fmt.Println(impact.SLA.ID, impact.SLA.Tier, strings.Join(impact.Path, " → "))
	}
	// Output:
	// finance-close primary raw.orders → stg.payments → mart.finance
	// trends tertiary raw.orders → stg.orders
}

// A catalog lists its SLAs by tier, and within a tier by ID.
func ExampleCatalog_SLAs() {
	catalog, err := sla.NewCatalog([]sla.SLA{
		{ID: "trends", Tier: sla.Tertiary}, {ID: "orders-by-7"}, {ID: "clicks", Tier: sla.Tertiary},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range catalog.SLAs() {
		fmt.Println(s.Tier, s.ID)
	}
	// Output:
	// primary orders-by-7
	// tertiary clicks
	// tertiary trends
}

func ExampleCatalog_Cycles() {
	catalog, err := sla.NewCatalog(nil, sla.Feeds("stg.orders", "mart.orders", "ml.scores", "stg.orders"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cycle := range catalog.Cycles() {
		fmt.Println(strings.Join(cycle, " → "), "→", cycle[0])
	}
	// Output: mart.orders → ml.scores → stg.orders → mart.orders
}

// Programs that read lineage from a database make one long list of edges.
func ExampleEdges() {
	var edges sla.Edges
	for _, row := range [][2]string{{"raw.orders", "stg.orders"}, {"stg.orders", "mart.orders"},
		{"raw.orders", "stg.orders"}} {
		edges = append(edges, sla.Edge{From: row[0], To: row[1]})
	}
	catalog, err := sla.NewCatalog(nil, edges, sla.Feeds("raw.unused"))
	fmt.Println(catalog.Len(), err)
	// Output: 4 <nil>
}

// A promise includes its limit. In floats this budget would be used to 0.9999999999999991 or to
// 1.00000000000011.
func ExampleBudget() {
	for _, bad := range []int64{0, 4, 5, 6} {
		b := sla.Budget{Target: sla.MustTarget("99.95%"), Counts: sla.Counts{Good: 10_000 - bad, Bad: bad}}
		consumed, _ := b.Consumed()
		fmt.Println(consumed, b)
	}
	fmt.Println(sla.Budget{Target: sla.MustTarget("99.95%")})
	// Output:
	// 0 met: 10000 good, 0 bad of 10000, target 99.95%, 5 more may be bad
	// 0.8 met: 9996 good, 4 bad of 10000, target 99.95%, 1 more may be bad
	// 1 exhausted: 9995 good, 5 bad of 10000, target 99.95%, 0 more may be bad
	// 1.2 breached: 9994 good, 6 bad of 10000, target 99.95%, 1 bad too many
	// no-data, target 99.95%
}

// Of 1,250 outcomes a target of 99.9% lets one be bad: a quarter of an outcome is none.
func ExampleBudget_Allowed() {
	b := sla.Budget{Target: sla.MustTarget("99.9%"), Counts: sla.Counts{Good: 1_247, Bad: 3}}
	fmt.Println(b.Allowed(), b.AllowedLeft(), b.State())
	// Output: 1 -2 breached
}

func ExampleCountsOf() {
	fmt.Println(sla.CountsOf(9, 10))
	fmt.Println(sla.CountsOf(11, 10))
	// Output:
	// 9 good, 1 bad of 10 <nil>
	// no data good: 11 is more than the total, 10
}

func ExampleState() {
	var s sla.State
	fmt.Println(s, sla.StateBreached > sla.StateExhausted)
	fmt.Println(s.UnmarshalText([]byte("breached")), s)
	// Output:
	// no-data true
	// <nil> breached
}
