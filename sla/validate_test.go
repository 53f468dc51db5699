package sla_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

func TestValidateAcceptsTheLeast(t *testing.T) {
	assert.NoError(t, sla.SLA{ID: "a"}.Validate())
	assert.NoError(t, promise("a", sla.Primary, "x").Validate())
	assert.NoError(t, about("naïve–日本語", sla.Primary, strings.Repeat("a", 1024)).Validate())
	assert.NoError(t, sla.SLA{ID: "a", Description: "two\n\tlines\r\n" +
		strings.Repeat("a", 65_000)}.Validate())
}

func TestValidateRefuses(t *testing.T) {
	valid := promise("a", sla.Primary, "x").Objectives[0]
	objective := func(change func(*sla.Objective)) sla.SLA {
		broken := valid
		broken.Name = "second"
		change(&broken)
		return sla.SLA{ID: "a", Objectives: []sla.Objective{valid, broken}}
	}
	for want, s := range map[string]sla.SLA{
		`id: is missing`: {},
		`id: "a\nb" holds the control character U+000A`:              {ID: "a\nb"},
		`id: "a\x7f" holds the control character U+007F`:             {ID: "a\x7f"},
		`id: "a\u0085" holds the control character U+0085`:           {ID: "a\u0085"},
		`id: "a\u202eb" holds the control character U+202E`:          {ID: "a\u202eb"},
		`id: "a\u2028b" holds the control character U+2028`:          {ID: "a\u2028b"},
		`id: "\xc3(" is not valid UTF-8`:                             {ID: "\xc3("},
		`name: "\t" holds the control character U+0009`:              {ID: "a", Name: "\t"},
		`description: "\x1b[31m" holds the control character U+001B`: {ID: "a", Description: "\x1b[31m"},
		`description: "` + strings.Repeat("x", 64) +
			`"… is longer than 65536 bytes`: {ID: "a", Description: strings.Repeat("x", 1<<16+1)},
		`name: "` + strings.Repeat("é", 32) +
			`"… is longer than 1024 bytes`: {ID: "a", Name: strings.Repeat("é", 1<<19)},
		`tier: Tier(-1) is none of primary, secondary, tertiary`:                                       {ID: "a", Tier: -1},
		`owners[1]: is missing`:                                                                        {ID: "a", Owners: []string{"b", ""}},
		`owners[2]: "b" is already in owners[0]`:                                                       {ID: "a", Owners: []string{"b", "c", "b"}},
		`consumers[0]: "\x00" holds the control character U+0000`:                                      {ID: "a", Consumers: []string{"\x00"}},
		`assets[1]: "x" is already in assets[0]`:                                                       {ID: "a", Assets: []string{"x", "x"}},
		`objectives[1].name: is missing`:                                                               objective(func(o *sla.Objective) { o.Name = "" }),
		`objectives[1].name: "ready" is already the name of objectives[0]`:                             objective(func(o *sla.Objective) { o.Name = "ready" }),
		`objectives[1].name: "a/b" holds a slash, which ends the ID of its SLA in the names of checks`: objective(func(o *sla.Objective) { o.Name = "a/b" }),
		`objectives[1].asset: is missing`:                                                              objective(func(o *sla.Objective) { o.Asset = "" }),
		`objectives[1].target: is missing`:                                                             objective(func(o *sla.Objective) { o.Target = sla.Target{} }),
		`objectives[1].window: is missing`:                                                             objective(func(o *sla.Objective) { o.Window = sla.Window{} }),
		`objectives[1].window: -1h0m0s is no length: it must be positive`:                              objective(func(o *sla.Objective) { o.Window = sla.Rolling(-time.Hour) }),
		`objectives[1].target: 99% leaves a budget, and zero tolerance has none: want one of the two`:  objective(func(o *sla.Objective) { o.ZeroTolerance = true }),
		`objectives[1].no_data: NoData(7) is none of ignored, good, bad`:                               objective(func(o *sla.Objective) { o.NoData = 7 }),
		`objectives[1].no_data: events that did not happen cannot be counted as bad: set timeslices`:   objective(func(o *sla.Objective) { o.Freshness, o.NoData = nil, sla.NoDataBad }),
		`objectives[1].timeslices.length: -1m0s is no length: it must be positive`:                     objective(func(o *sla.Objective) { o.Timeslices.Length = -time.Minute }),
		`objectives[1].timeslices.length: 0s is no length: it must be positive`:                        objective(func(o *sla.Objective) { o.Timeslices.Target = sla.MustTarget("90%") }),
		`objectives[1].timeslices.length: 1.5s is not a whole number of seconds`:                       objective(func(o *sla.Objective) { o.Timeslices.Length = 1500 * time.Millisecond }),
		`objectives[1].timeslices.length: 25h0m0s is longer than the window, rolling 1d`:               objective(func(o *sla.Objective) { o.Window, o.Timeslices.Length = sla.Rolling(sla.Day), 25*time.Hour }),
		`objectives[1].weight: -1 is negative`:                                                         objective(func(o *sla.Objective) { o.Weight = -1 }),
		`objectives[1].weight: 2 counts only in an SLA with a target of its own`:                       objective(func(o *sla.Objective) { o.Weight = 2 }),
		`objectives[1].burn[0].burn_rate: 100 can never be exceeded: with a target of 99% the burn rate is at most 100`: objective(func(o *sla.Objective) {
			o.Burn = []sla.BurnRule{{Name: "fast", BurnRate: sla.MustBurnRate("100"), Long: time.Hour,
				Short: time.Minute}}
		}),
		`objectives[1].burn[1].name: "fast" is already the name of burn[0]`: objective(func(o *sla.Objective) {
			fast := sla.BurnRule{Name: "fast", BurnRate: sla.MustBurnRate("10"), Long: time.Hour,
				Short: time.Minute}
			o.Burn = []sla.BurnRule{fast, fast}
		}),
		`objectives[1].burn[0].long: 25h0m0s is longer than the window of the objective, day UTC`: objective(func(o *sla.Objective) {
			o.Window = sla.CalendarDay(nil)
			o.Burn = []sla.BurnRule{{Name: "slow", BurnRate: sla.MustBurnRate("1"), Long: 25 * time.Hour,
				Short: time.Minute}}
		}),
		`objectives[1].freshness: its Validate panicked: oh no`: objective(func(o *sla.Objective) { o.Freshness = panicking{} }),
	} {
		err := s.Validate()
		assert.EqualError(t, err, want)
		var fault *sla.FieldError
		require.True(t, errors.As(err, &fault), want)
		assert.Equal(t, strings.Split(want, ": ")[0], fault.Path)
	}
}

type panicking struct{ freshness.Policy }

func (panicking) Validate() error { panic("oh no") }

func TestValidateNestsThePolicysOwnPaths(t *testing.T) {
	s := promise("a", sla.Primary, "x")
	s.Objectives[0].Freshness = freshness.MaxAge{Warn: -1, Fail: -2}
	s.Objectives = append(s.Objectives, s.Objectives[0])
	s.Objectives[1].Name = "due"
	s.Objectives[1].Freshness = freshness.Deadline{Due: schedule.Schedule{}, Warn: -1}
	var paths []string
	for _, one := range s.Validate().(interface{ Unwrap() []error }).Unwrap() {
		var fault *sla.FieldError
		require.True(t, errors.As(one, &fault))
		paths = append(paths, fault.Path)
	}
	assert.Subset(t, paths, []string{"objectives[0].freshness.warn", "objectives[0].freshness.fail",
		"objectives[1].freshness.due", "objectives[1].freshness.warn"})
}

func TestValidateSaysEverythingAtOnce(t *testing.T) {
	err := sla.SLA{Tier: 9, Owners: []string{""}, Objectives: []sla.Objective{{}}}.Validate()
	assert.EqualError(t, err, strings.Join([]string{
		"id: is missing",
		"tier: Tier(9) is none of primary, secondary, tertiary",
		"owners[0]: is missing",
		"objectives[0].name: is missing",
		"objectives[0].asset: is missing",
		"objectives[0].target: is missing",
		"objectives[0].window: is missing",
	}, "\n"))
}

func TestTitle(t *testing.T) {
	assert.Equal(t, "orders", sla.SLA{ID: "orders"}.Title())
	assert.Equal(t, "Orders ready", sla.SLA{ID: "orders", Name: "Orders ready"}.Title())
}

func TestZeroFieldErrorSaysSo(t *testing.T) {
	assert.Equal(t, "no fault", (&sla.FieldError{}).Error())
	assert.Equal(t, "id: no fault", (&sla.FieldError{Path: "id"}).Error())
	assert.NoError(t, (&sla.FieldError{}).Unwrap())
}
