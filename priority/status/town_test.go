package status_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A townPolicy is a rule that somebody else wrote.
type townPolicy struct{}

func (townPolicy) Check(freshness.Landings, time.Time) freshness.Result { return freshness.Result{} }

func (townPolicy) Validate() error { return nil }

// townHours is when people of the town work: not on weekends, and not on the last Monday of
// October.
func townHours(zone *time.Location) schedule.Calendar {
	return schedule.MustCalendar(schedule.Hours{
		Location: zone,
		Weekly:   schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17*time.Hour + 30*time.Minute}),
		Holidays: []schedule.Date{{Year: 2026, Month: time.October, Day: 26}},
	})
}

// townPromise is an objective over 90 days.
func townPromise(name, asset, target string, rule freshness.Policy) sla.Objective {
	return sla.Objective{
		Name: name, Asset: asset, Target: sla.MustTarget(target), Window: sla.Rolling(90 * sla.Day),
		Freshness: rule,
	}
}

// townPromises lists promises of every kind.
func townPromises(zone *time.Location) []sla.SLA {
	return append(append(townDeadlines(zone), townEvents()...), townRules(zone)...)
}

// townDeadlines are promises about data that lands by a time of day.
func townDeadlines(zone *time.Location) []sla.SLA {
	hours := townHours(zone)
	due := func(cron string) schedule.Schedule { return schedule.MustCron(cron, zone) }
	since := func(month time.Month, day int) time.Time {
		return time.Date(2026, month, day, 0, 0, 0, 0, zone)
	}

	orders := freshness.Deadline{Due: due("0 7 * * 1-5"), Warn: time.Hour}
	whole, copied := orders, orders
	whole.MinRows, whole.Since = 1000, since(time.October, 19)
	copied.Since = since(time.October, 5)
	stock := freshness.Deadline{
		Due: due("0 6 * * 1-5").SkipClosed(hours), Grace: 2*time.Hour + 5*time.Minute,
		Since: since(time.October, 12),
	}

	month := townPromise("closed", "mart.ledger", "80%", freshness.Deadline{
		Due: due("0 9 5 * *"), MinPercent: 80, Since: since(time.June, 1),
	})
	month.Window = sla.CalendarQuarter(time.January, 1, zone)
	draft := month
	draft.Name = "drafted"
	draft.Freshness = freshness.Deadline{Due: due("0 9 1 * *"), Since: since(time.June, 1)}
	wages := townPromise("paid", "mart.wages", "80%", freshness.Deadline{
		Due: due("30 17 L * *").ShiftBefore(hours), Since: since(time.July, 1),
	})
	wages.Window = sla.CalendarYear(time.April, 6, zone)
	refunds := townPromise("ready", "mart.refunds", "90%", freshness.Deadline{
		Due: due("0 9 * * 1-5"), Since: since(time.November, 2),
	})
	refunds.Window = sla.CalendarMonth(1, zone)
	prices := townPromise("ready", "mart.prices", "95%", freshness.Deadline{
		Due: due("0 6 * * 1-5"), Since: since(time.November, 9),
	})

	return []sla.SLA{
		{
			ID: "orders-by-7", Name: "Orders <ready> by 07:00", Tier: sla.Primary,
			Description: "Finance closes the books on it.\nSo do others.",
			Owners:      []string{"data-infra", "analytics"},
			Consumers:   []string{"finance", "sales", "board"},
			Objectives: []sla.Objective{
				townPromise("ready", "mart.orders", "98.75%", orders),
				townPromise("whole", "mart.orders", "90%", whole),
			},
		},
		{
			ID: "orders-copy", Name: "The copy of the orders", Tier: sla.Secondary,
			Owners: []string{"analytics", "data-infra"}, Consumers: []string{"sales"},
			Objectives: []sla.Objective{townPromise("ready", "mart.orders", "98.75%", copied)},
		},
		{
			ID: "stock-by-6", Name: "Stock levels ready by 06:00", Tier: sla.Secondary,
			Owners: []string{"data-infra", "logistics"}, Consumers: []string{"logistics"},
			Objectives: []sla.Objective{townPromise("ready", "mart.stock", "90%", stock)},
		},
		{
			ID: "month-end", Tier: sla.Secondary, Owners: []string{"finance"},
			Objectives: []sla.Objective{month, draft},
		},
		{
			ID: "wages", Tier: sla.Tertiary, Owners: []string{"finance"},
			Objectives: []sla.Objective{wages},
		},
		{
			ID: "refunds-by-9", Name: "Refunds ready by 09:00", Tier: sla.Tertiary,
			Owners: []string{"data-infra"}, Consumers: []string{"finance"},
			Objectives: []sla.Objective{refunds},
		},
		{
			ID: "prices-by-6", Name: "Prices ready by 06:00", Tier: sla.Primary,
			Owners: []string{"data-infra"}, Consumers: []string{"sales"},
			Objectives: []sla.Objective{prices},
		},
	}
}

// townEvents are promises about what happens and not about what lands.
func townEvents() []sla.SLA {
	events := func(name, asset, target string, window sla.Window) sla.Objective {
		return sla.Objective{Name: name, Asset: asset, Target: sla.MustTarget(target), Window: window}
	}
	month, week := sla.Rolling(30*sla.Day), sla.CalendarWeek(time.Wednesday, time.UTC)
	never := sla.Objective{Name: "never", Asset: "privacy", ZeroTolerance: true}
	never.Window = sla.Rolling(36 * time.Hour)
	fast := events("fast", "shop", "99%", month)
	fast.Weight = 3

	return []sla.SLA{
		{
			ID: "archive", Tier: sla.Secondary, Owners: []string{"web"},
			Objectives: []sla.Objective{events("kept", "archive", "75%", sla.Rolling(7*sla.Day))},
		},
		{
			ID: "api", Name: "Orders API", Tier: sla.Primary,
			Owners: []string{"web"}, Consumers: []string{"finance", "board"},
			Objectives: []sla.Objective{events("available", "orders-api", "99.95%", month)},
		},
		{
			ID: "search", Name: "Search", Tier: sla.Secondary, Owners: []string{"web"},
			Objectives: []sla.Objective{events("available", "search", "99.9%", week)},
		},
		{
			ID: "privacy", Name: "No record leaks", Tier: sla.Primary, Owners: []string{"legal"},
			Objectives: []sla.Objective{never},
		},
		{
			ID: "shop", Name: "The shop as a whole", Tier: sla.Secondary, Owners: []string{"web"},
			Target:     sla.MustTarget("97.5%"),
			Objectives: []sla.Objective{fast, events("right", "shop", "95%", month)},
		},
		{
			ID: "shelf", Name: "What is on the shelf", Tier: sla.Tertiary,
			Consumers: []string{"logistics"}, Assets: []string{"mart.shelf"},
		},
		{
			ID: "quiet", Tier: sla.Tertiary, Owners: []string{"web"},
			Objectives: []sla.Objective{events("available", "quiet", "99%", sla.CalendarDay(time.UTC))},
		},
	}
}

// townRules are promises about how fresh data is, in every other way there is to say so.
func townRules(zone *time.Location) []sla.SLA {
	on := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	soon := freshness.Deadline{Due: schedule.Daily(8, 0, zone), Warn: 30 * time.Minute, Since: on(9, 0)}
	lost := soon
	lost.Since = on(18, 0)
	away := freshness.Paused{Policy: soon, Spans: []freshness.Span{{Start: on(22, 12), End: on(24, 12)}}}
	young := freshness.MaxAge{Warn: time.Hour, Fail: 2 * time.Hour}
	clicks := townPromise("young", "stream.clicks", "99%", young)
	clicks.Window, clicks.Timeslices = sla.Rolling(30*sla.Day), sla.Timeslices{Length: 4 * time.Hour}

	return []sla.SLA{
		{
			ID: "clicks", Name: "Clicks of the last hours", Tier: sla.Secondary,
			Owners: []string{"web"}, Consumers: []string{"marketing"},
			Objectives: []sla.Objective{clicks},
		},
		{
			ID: "soon", Name: "Soon due", Tier: sla.Primary, Owners: []string{"data-infra"},
			Objectives: []sla.Objective{townPromise("ready", "mart.soon", "75%", soon)},
		},
		{
			ID: "away", Name: "Away", Tier: sla.Secondary,
			Objectives: []sla.Objective{townPromise("ready", "mart.away", "75%", away)},
		},
		{
			ID: "lost", Name: "Lost from sight", Tier: sla.Tertiary,
			Objectives: []sla.Objective{townPromise("ready", "mart.lost", "75%", lost)},
		},
		{
			ID: "words", Tier: sla.Tertiary,
			Name:       "Promises in WORDS: as many ways to say them as there are, Ünd 日本 (more)",
			Objectives: append(townSchedules(zone), townAges(zone)...),
		},
	}
}

// townSchedules are promises of which only the words count: no check looks at them.
func townSchedules(zone *time.Location) []sla.Objective {
	hours := townHours(zone)
	at := func(name string, due schedule.Schedule) sla.Objective {
		return townPromise(name, "mart.words", "90%", freshness.Deadline{
			Due: due, Since: time.Date(2026, 11, 20, 0, 0, 0, 0, zone),
		})
	}
	cron := func(text string) schedule.Schedule { return schedule.MustCron(text, zone) }
	return []sla.Objective{
		at("four times", cron("0,30 7,19 * * *")),
		at("five times", cron("0 1,2,3,4,5 * * *")),
		at("often", cron("*/20 8-17 * 3 *")),
		at("two days", cron("5 8 * * 1,3")),
		at("three days", cron("5 8 * * 2-4")),
		at("either day", cron("5 8 13 * 5")),
		at("month end", cron("0 8 L * *")),
		at("two of a month", cron("0 8 1,15 * *")),
		at("sunday", cron("0 8 * * 7")),
		at("a working day", cron("0 8 5 * *").SkipClosed(hours)),
		at("another working day", cron("0 8 * * 1").ShiftAfter(hours)),
		at("working days", schedule.Daily(8, 0, zone).SkipClosed(hours).EarlierAtOverlap()),
		at("each", schedule.EveryFrom(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 6*time.Hour)),
	}
}

// townAges are such promises without a schedule.
func townAges(zone *time.Location) []sla.Objective {
	hours := townHours(zone)
	by := func(name string, rule freshness.Policy) sla.Objective {
		return townPromise(name, "mart.words", "90%", rule)
	}
	age := freshness.MaxAge{Warn: time.Hour, Fail: 25 * time.Hour}
	open := freshness.During{Policy: age, Hours: hours}
	deep := freshness.AllOf{freshness.AnyOf{freshness.AllOf{freshness.AnyOf{freshness.AllOf{age}}}}}
	return []sla.Objective{
		by("working time", freshness.MaxAge{Warn: 6*time.Hour + 30*time.Minute, Hours: hours}),
		by("cadence", freshness.Cadence{Every: 90 * time.Second}),
		by("both", freshness.AllOf{open, freshness.Cadence{Every: 2 * time.Hour}}),
		by("either", freshness.AnyOf{freshness.MaxAge{Fail: time.Hour, Hours: hours}, age}),
		by("paused", freshness.Paused{Policy: open}),
		by("not too deep", deep[0]),
		by("deep", deep),
		by("own", townPolicy{}),
	}
}

// townCatalog is the promises, and what feeds what they are about.
func townCatalog(t testing.TB, zone *time.Location) *sla.Catalog {
	catalog, err := sla.NewCatalog(townPromises(zone),
		sla.Feeds("raw.orders", "stg.orders", "mart.orders"),
		sla.Feeds("raw.fx", "stg.orders"),
		sla.Feeds("raw.lines", "stg.orders"),
		sla.Feeds("raw.stock", "mart.stock"),
		sla.Feeds("raw.stock", "mart.shelf"),
		sla.Feeds("index", "search"),
	)
	require.NoError(t, err)
	return catalog
}
