package openslo_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/openslo"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func encode(s sla.SLA) string { return string(must(json.Marshal(s))) }

// A source makes random SLAs that OpenSLO can hold.
type source struct {
	*rand.Rand
	zones []*time.Location
}

func newSource(seed uint64) source {
	s := source{Rand: rand.New(rand.NewPCG(seed, 19)), zones: slices.Repeat([]*time.Location{time.UTC}, 12)}
	for _, name := range []string{"Europe/Dublin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"} {
		s.zones = append(s.zones, must(time.LoadLocation(name)))
	}
	return s
}

func (s source) text() string {
	letters := []rune("ab.-_é日\"\\<&\u00a0🙂 ")
	text := []rune{'x'}
	for range s.IntN(12) {
		text = append(text, letters[s.IntN(len(letters))])
	}
	return string(text)
}

func (s source) texts() (list []string) {
	for i := range s.IntN(3) {
		list = append(list, fmt.Sprint(s.text(), i))
	}
	return list
}

// window makes one that is as long as a day at least. Its date is one of 2024, as OpenSLO wants.
func (s source) window() sla.Window {
	zone := s.zones[s.IntN(len(s.zones))]
	date := time.Date(2024, 1, 1+s.IntN(366), 0, 0, 0, 0, time.UTC)
	switch s.IntN(6) {
	case 0:
		return sla.CalendarDay(zone)
	case 1:
		return sla.CalendarWeek(time.Weekday(s.IntN(7)), zone)
	case 2:
		return sla.CalendarMonth(1+s.IntN(31), zone)
	case 3:
		return sla.CalendarQuarter(date.Month(), date.Day(), zone)
	case 4:
		return sla.CalendarYear(date.Month(), date.Day(), zone)
	}
	return sla.Rolling(sla.Day + time.Duration(s.IntN(500_000))*time.Minute)
}

func (s source) policy() freshness.Policy {
	age := freshness.MaxAge{Fail: time.Duration(1 + s.Int64N(1e16))}
	zone := s.zones[s.IntN(len(s.zones))]
	deadline := freshness.Deadline{Due: schedule.Daily(s.IntN(24), s.IntN(60), zone), Warn: time.Hour}
	switch s.IntN(5) {
	case 0:
		return age
	case 1:
		return deadline
	case 2:
		return freshness.Cadence{Every: time.Hour}
	case 3:
		return freshness.AllOf{deadline, age}
	}
	return nil
}

func (s source) target() sla.Target {
	return must(sla.ParseTarget(fmt.Sprintf("0.%09d", 900_000_000+s.IntN(100_000_000))))
}

func (s source) objective(i int, window sla.Window, sliced bool) sla.Objective {
	o := sla.Objective{
		Name: fmt.Sprint(s.text(), i), Asset: s.text(), Target: s.target(), Window: window, Freshness: s.policy(),
	}
	if sliced {
		o.Timeslices = sla.Timeslices{Length: time.Duration(1+s.IntN(60)) * time.Minute}
		if s.IntN(2) == 0 {
			o.Timeslices.Target = s.target()
		}
	}
	if sliced || o.Freshness != nil {
		o.NoData = sla.NoData(s.IntN(3))
	}
	switch s.IntN(3) {
	case 0:
		o.Burn = []sla.BurnRule{}
	case 1:
		o.Burn = []sla.BurnRule{{Name: s.text(), Page: s.IntN(2) == 0, BurnRate: sla.MustBurnRate("14/15"),
			Long: time.Hour, Short: time.Duration(1 + s.Int64N(int64(time.Hour)-1)), MinEvents: s.Int64N(9)}}
	}
	return o
}

func (s source) sla(i int) sla.SLA {
	one := sla.SLA{
		ID: fmt.Sprint("promise-", i), Tier: sla.Tier(s.IntN(3)),
		Owners: s.texts(), Consumers: s.texts(), Assets: s.texts(),
	}
	if s.IntN(2) == 0 {
		one.Name, one.Description = s.text(), s.text()+"\n\t"+s.text()
	}
	window, sliced := s.window(), s.IntN(2) == 0
	for j := range 1 + s.IntN(3) {
		one.Objectives = append(one.Objectives, s.objective(j, window, sliced))
	}
	if s.IntN(3) == 0 {
		one.Target = s.target()
		one.Objectives[0].Weight = 1 + s.Int64N(9)
	}
	return one
}

// TestReadIsTheInverseOfWrite holds Read∘Write = identity over random SLAs, without a note.
func TestReadIsTheInverseOfWrite(t *testing.T) {
	s, kept := newSource(1), 0
	for i := 0; kept < 10_000; i++ {
		one := s.sla(i)
		if one.Validate() != nil {
			continue // a policy that does not go with timeslices
		}
		kept++

		documents, err := openslo.Write([]sla.SLA{one})
		require.NoError(t, err)
		file, err := openslo.Read(documents...)
		require.NoError(t, err, string(documents[0]))
		require.Empty(t, file.Notes, string(documents[0]))
		require.Empty(t, file.Queries)
		require.Len(t, file.SLAs, 1)
		require.Equal(t, encode(one), encode(file.SLAs[0]))
		for j, o := range one.Objectives {
			require.Equal(t, o.Burn == nil, file.SLAs[0].Objectives[j].Burn == nil)
			require.True(t, o.Window.Equal(file.SLAs[0].Objectives[j].Window))
		}
	}
}

func TestWriteKeepsTheOrderOfSeveral(t *testing.T) {
	s := newSource(2)
	var list []sla.SLA
	for i := 0; len(list) < 50; i++ {
		if one := s.sla(i); one.Validate() == nil {
			list = append(list, one)
		}
	}
	file, err := openslo.Read(must(openslo.Write(list))...)
	require.NoError(t, err)
	assert.Equal(t, string(must(json.Marshal(list))), string(must(json.Marshal(file.SLAs))))
}

func TestWhatOpenSLOCannotHoldIsAFault(t *testing.T) {
	sound := func() sla.SLA {
		return sla.SLA{ID: "a", Objectives: []sla.Objective{
			{Name: "x", Asset: "t", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day)},
			{Name: "y", Asset: "t", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day)},
		}}
	}
	_, err := openslo.Write([]sla.SLA{sound()})
	require.NoError(t, err)

	for _, tt := range []struct {
		what   string
		change func(s *sla.SLA)
		want   string
	}{
		{"an ID in upper case", func(s *sla.SLA) { s.ID = "A" }, `slas[0].id: "A" is no name in OpenSLO`},
		{"an ID that ends with a hyphen", func(s *sla.SLA) { s.ID = "a-" }, `slas[0].id: "a-" is no name`},
		{"an ID that begins with a hyphen", func(s *sla.SLA) { s.ID = "-a" }, `slas[0].id: "-a" is no name`},
		{"an ID of 64 bytes", func(s *sla.SLA) { s.ID = strings.Repeat("a", 64) }, "want at most 63 of"},
		{"an SLA that is not valid", func(s *sla.SLA) { s.Objectives[1].Asset = "" },
			"slas[0].objectives[1].asset: is missing"},
		{"no objectives", func(s *sla.SLA) { s.Objectives = nil }, "slas[0].objectives: there is none"},
		{"a description of 1,051 characters", func(s *sla.SLA) { s.Description = strings.Repeat("é", 1051) },
			"slas[0].description: has 1051 characters, and OpenSLO at most 1050"},
		{"zero tolerance", func(s *sla.SLA) {
			s.Objectives[1].Target, s.Objectives[1].ZeroTolerance = sla.Target{}, true
		}, "slas[0].objectives[1].zero_tolerance: OpenSLO has none"},
		{"two windows", func(s *sla.SLA) { s.Objectives[1].Window = sla.Rolling(7 * sla.Day) },
			"slas[0].objectives[1].window: rolling 7d is another than that of the first objective"},
		{"timeslices of one objective alone", func(s *sla.SLA) {
			s.Objectives[1].Timeslices.Length = time.Minute
		}, "slas[0].objectives[1].timeslices: the first objective counts otherwise"},
		{"a window of seconds", func(s *sla.SLA) {
			s.Objectives = s.Objectives[:1]
			s.Objectives[0].Window = sla.Rolling(90 * time.Second)
		}, "slas[0].objectives[0].window: 1m30s is no whole number of minutes"},
		{"timeslices of seconds", func(s *sla.SLA) {
			s.Objectives = s.Objectives[:1]
			s.Objectives[0].Timeslices.Length = 30 * time.Second
		}, "slas[0].objectives[0].timeslices.length: 30s is no whole number of minutes"},
		{"a window from 31 April", func(s *sla.SLA) {
			s.Objectives = s.Objectives[:1]
			s.Objectives[0].Window = sla.CalendarYear(time.April, 31, nil)
		}, "slas[0].objectives[0].window: year from April 31 UTC begins on a date that no calendar has"},
		{"a policy of one's own", func(s *sla.SLA) { s.Objectives[0].Freshness = foreign{freshness.MaxAge{Fail: 1}} },
			"slas[0].objectives[0].freshness: "},
	} {
		t.Run(tt.what, func(t *testing.T) {
			s := sound()
			tt.change(&s)
			list, err := openslo.Write([]sla.SLA{s})
			assert.Nil(t, list)
			require.ErrorContains(t, err, tt.want)
			assert.Len(t, faults(t, err), 1)
		})
	}

	_, err = openslo.Write([]sla.SLA{sound(), sound()})
	assert.EqualError(t, err, `slas[1].id: "a" is the ID of another SLA`)
	longest := sound()
	longest.ID, longest.Description = strings.Repeat("a", 63), strings.Repeat("é", 1050)
	_, err = openslo.Write([]sla.SLA{longest})
	assert.NoError(t, err)
}

type foreign struct{ freshness.Policy }

func (foreign) Validate() error { return nil }

// TestVisibleFieldsWin changes what people see, and holds that the annotation no longer counts there.
func TestVisibleFieldsWin(t *testing.T) {
	one := sla.SLA{
		ID: "a", Name: "Orders", Tier: sla.Tertiary, Owners: []string{"ada"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "t", Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day),
			Burn: []sla.BurnRule{{Name: "b", BurnRate: sla.MustBurnRate("50"), Long: time.Hour, Short: time.Minute}},
		}},
	}
	text := string(must(openslo.Write([]sla.SLA{one}))[0])
	for _, tt := range []struct {
		what, old, new, note string
		check                func(s sla.SLA)
	}{
		{"a target at which the rules still fit", `"target":0.99`, `"target":0.985`, "has another target", func(s sla.SLA) {
			assert.Equal(t, "98.5%", s.Objectives[0].Target.String())
			assert.Len(t, s.Objectives[0].Burn, 1)
		}},
		{"a target at which no rule fits", `"target":0.99`, `"target":0.9`, "does not fit", func(s sla.SLA) {
			assert.Equal(t, "90%", s.Objectives[0].Target.String())
			assert.Nil(t, s.Objectives[0].Burn)
		}},
		{"a window", `"duration":"30d"`, `"duration":"4w"`, "has another window", func(s sla.SLA) {
			assert.Equal(t, "rolling 28d", s.Objectives[0].Window.String())
		}},
		{"a name", `"displayName":"Orders"`, `"displayName":"All"`, "has another name", func(s sla.SLA) {
			assert.Equal(t, "All", s.Name)
		}},
		{"a description", `"service":`, `"description":"d","service":`, "has another description", func(s sla.SLA) {
			assert.Equal(t, "d", s.Description)
		}},
		{"an asset", `"total":{"metricSource":{"type":"alwaysp1","spec":{"asset":"t"`,
			`"total":{"metricSource":{"type":"alwaysp1","spec":{"asset":"u"`, "has another asset", func(s sla.SLA) {
				assert.Equal(t, "u", s.Objectives[0].Asset)
			}},
		{"a policy", `"total":{"metricSource":{"type":"alwaysp1","spec":{"asset":"t"`,
			`"total":{"metricSource":{"type":"alwaysp1","spec":{"asset":"t","freshness":{"max_age":{"fail":"1h"}}`,
			"has another freshness", func(s sla.SLA) { assert.NotNil(t, s.Objectives[0].Freshness) }},
		{"an objective's name", `"displayName":"ready"`, `"displayName":"new"`, "has no objective", func(s sla.SLA) {
			assert.Equal(t, "new", s.Objectives[0].Name)
			assert.Nil(t, s.Objectives[0].Burn)
		}},
		{"slices", `"budgetingMethod":"Occurrences"`, `"budgetingMethod":"Timeslices"`, "has another timeslices",
			func(s sla.SLA) { assert.Equal(t, 2*time.Minute, s.Objectives[0].Timeslices.Length) }},
	} {
		t.Run(tt.what, func(t *testing.T) {
			changed := strings.Replace(text, tt.old, tt.new, 1)
			require.NotEqual(t, text, changed)
			if tt.what == "slices" {
				changed = strings.Replace(changed, `"target":0.99`, `"target":0.99,"timeSliceTarget":1,"timeSliceWindow":2`, 1)
			}
			file, err := openslo.Read(json.RawMessage(changed))
			require.NoError(t, err)
			require.NotEmpty(t, file.Notes)
			assert.Equal(t, `metadata.annotations["alwaysp1/definition"]`, file.Notes[0].Path)
			assert.Contains(t, fmt.Sprint(file.Notes), tt.note)
			assert.Equal(t, sla.Tertiary, file.SLAs[0].Tier)
			assert.Equal(t, []string{"ada"}, file.SLAs[0].Owners)
			tt.check(file.SLAs[0])
		})
	}

	for _, tt := range []struct{ what, old, new, note string }{
		{"of another SLA", `\"id\":\"a\"`, `\"id\":\"b\"`, `that of "b"`},
		{"that is no SLA", `\"id\":\"a\"`, `\"id\":7`, "it is no SLA"},
	} {
		file, err := openslo.Read(json.RawMessage(strings.Replace(text, tt.old, tt.new, 1)))
		require.NoError(t, err)
		require.Len(t, file.Notes, 1, tt.what)
		assert.Contains(t, file.Notes[0].Error(), tt.note)
		assert.Equal(t, sla.Primary, file.SLAs[0].Tier)
	}
}
