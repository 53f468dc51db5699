package freshness_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// noon is an instant to judge at.
var noon = time.Date(2021, 3, 12, 12, 0, 0, 0, time.UTC)

type nothing struct{}

func (nothing) Landings(context.Context) (freshness.Landings, error) { return nil, nil }

var landsNothing = nothing{}

func TestValidateListsEveryFaultOfACheck(t *testing.T) {
	hour := freshness.MaxAge{Fail: time.Hour}
	tests := []struct {
		name  string
		check freshness.Check
		want  string // empty: valid
	}{
		{"the asset names it", freshness.Check{Asset: "a", Policy: hour, Source: landsNothing}, ""},
		{"a name is enough", freshness.Check{Name: "a", Policy: hour, Source: landsNothing}, ""},
		{
			"no name and no asset", freshness.Check{Policy: hour, Source: landsNothing},
			"name: is missing, and so is asset",
		},
		{
			"the zero Check", freshness.Check{},
			"name: is missing, and so is asset\npolicy: is missing\nsource: is missing",
		},
		{
			"negative times", freshness.Check{Asset: "a", Policy: hour, Source: landsNothing, Every: -1, Timeout: -2},
			"every: -1ns is negative\ntimeout: -2ns is negative",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == "" {
				require.NoError(t, tt.check.Validate())
				return
			}
			require.EqualError(t, tt.check.Validate(), tt.want)
		})
	}
}

func TestACheckThatLacksAPartMeasuresNothing(t *testing.T) {
	ctx := context.Background()
	r := freshness.Check{Asset: "a", Source: landsNothing}.Run(ctx, noon)
	assert.Equal(t, freshness.ReasonNotMeasured, r.Reason)
	assert.EqualError(t, r.Err, "freshness: the check has no policy")
	r = freshness.Check{Asset: "a", Policy: freshness.MaxAge{Fail: time.Hour}}.Run(ctx, noon)
	assert.Equal(t, freshness.ReasonNotMeasured, r.Reason)
	assert.EqualError(t, r.Err, "freshness: the check has no source")
}

// says is a policy of another package, which gives one result.
type says struct{ result freshness.Result }

func (p says) Check(freshness.Landings, time.Time) freshness.Result { return p.result }
func (p says) Validate() error                                      { return nil }

func TestAStatusThatDoesNotExistDecidesLikeUnknown(t *testing.T) {
	of := func(s freshness.Status) freshness.Policy { return says{freshness.Result{Status: s, At: noon}} }
	for _, odd := range []freshness.Status{-1, freshness.Stale + 1, freshness.Stale + 2, 99} {
		for _, tt := range []struct {
			with     freshness.Status
			all, any freshness.Status
		}{
			{freshness.Fresh, odd, freshness.Fresh},
			{freshness.AtRisk, odd, freshness.AtRisk},
			{freshness.Stale, freshness.Stale, odd},
		} {
			for _, parts := range [][]freshness.Policy{{of(odd), of(tt.with)}, {of(tt.with), of(odd)}} {
				assert.Equal(t, tt.all, freshness.AllOf(parts).Check(nil, noon).Status, "all of %v and %v", odd, tt.with)
				assert.Equal(t, tt.any, freshness.AnyOf(parts).Check(nil, noon).Status, "any of %v and %v", odd, tt.with)
			}
		}
	}
	assert.Equal(t, "Status(4)", (freshness.Stale + 1).String())
	assert.Equal(t, "Reason(13)", (freshness.ReasonPaused + 1).String())
	for _, bad := range []interface{ MarshalText() ([]byte, error) }{
		freshness.Status(-1), freshness.Stale + 1, freshness.Reason(-1), freshness.ReasonPaused + 1,
	} {
		_, err := bad.MarshalText()
		assert.ErrorContains(t, err, "is none of ", "%#v", bad)
	}
}

// Of parts that are equally bad or good and due at one instant, or not at all,
// the first is given.
func TestTheFirstOfEqualPartsIsGiven(t *testing.T) {
	of := func(check string, due time.Time) freshness.Policy {
		return says{freshness.Result{Check: check, Status: freshness.Fresh, At: noon, Due: due}}
	}
	due, never := noon.Add(time.Hour), time.Time{}
	for _, tt := range []struct {
		name     string
		parts    []freshness.Policy
		all, any string
	}{
		{"one due instant", []freshness.Policy{of("a", due), of("b", due)}, "a", "a"},
		{"none due", []freshness.Policy{of("a", never), of("b", never)}, "a", "a"},
		{"the second never due", []freshness.Policy{of("a", due), of("b", never)}, "a", "b"},
		{"the first never due", []freshness.Policy{of("a", never), of("b", due)}, "b", "a"},
	} {
		assert.Equal(t, tt.all, freshness.AllOf(tt.parts).Check(nil, noon).Check, "all: %s", tt.name)
		assert.Equal(t, tt.any, freshness.AnyOf(tt.parts).Check(nil, noon).Check, "any: %s", tt.name)
	}
}

// byPointer is a policy of another package that only a pointer implements.
type byPointer struct{}

func (p *byPointer) Check(freshness.Landings, time.Time) freshness.Result { panic("no rule") }
func (p *byPointer) Validate() error                                      { panic("no rule") }

func TestANilPointerIsRefusedWithoutAdviceWhereNoValueWillDo(t *testing.T) {
	err := freshness.AllOf{(*byPointer)(nil)}.Validate()
	assert.EqualError(t, err, "[0]: is a nil *freshness_test.byPointer")
}

func TestAFaultOfTheWholeIsToldOnlyWhereEveryFieldWasRead(t *testing.T) {
	const paused = `{"paused":{"policy":{"max_age":{"fail":"1h"}},"spans":`
	long, name := strings.Repeat("1", 40), strings.Repeat("1", 64)
	tests := []struct{ name, text, want string }{
		{
			"one field is bad", `{"max_age":{"fail":"soon"}}`,
			`max_age.fail: "soon" is not a duration such as "5m", "1h30m" or "7d" (line 1, offset 19)`,
		},
		{
			"no field is bad", `{"max_age":{"skew":"1s"}}`,
			"max_age: warn and fail are both missing: set at least one (line 1, offset 11)",
		},
		{
			"a field whose name begins like that of a bad one",
			`{"deadline":{"due":"@daily","days":1,"days_back":-1,"min_rows":"x"}}`,
			"deadline.days: unknown field: want due, lookback, warn, grace, skew, since, partition, " +
				"days_back, min_rows, min_percent (line 1, offset 28)\n" +
				"deadline.days_back: -1 is negative (line 1, offset 49)\n" +
				"deadline.min_rows: want a whole number, not \"x\" (line 1, offset 63)",
		},
		{"spans that are no list", paused + `{}}}`, "paused.spans: want a list, not {} (line 1, offset 54)"},
		{"spans that are null", paused + `null}}`, "paused.spans: want a list, not null (line 1, offset 54)"},
		{"a list that is null", `{"any_of":null}`, "any_of: want a list, not null (line 1, offset 10)"},
		{
			"a number that is null", `{"deadline":{"due":"@daily","min_rows":null}}`,
			"deadline.min_rows: want a whole number, not null (line 1, offset 39)",
		},
		{
			"a value of 41 bytes is cut", `{"max_age":{"fail":1` + long + `}}`,
			"max_age.fail: want text in quotes, not " + long + "… (line 1, offset 19)",
		},
		{
			"one of 40 bytes is not", `{"max_age":{"fail":` + long + `}}`,
			"max_age.fail: want text in quotes, not " + long + " (line 1, offset 19)",
		},
		{
			"a name of 65 bytes is cut", `{"1` + name + `":{}}`,
			`["1` + name[1:] + `"…]: there is no policy of this kind: ` +
				"want one of max_age, deadline, cadence, all_of, any_of, paused, during (line 1, offset 69)",
		},
		{
			"one of 64 bytes is not", `{"` + name + `":{}}`,
			name + ": there is no policy of this kind: " +
				"want one of max_age, deadline, cadence, all_of, any_of, paused, during (line 1, offset 68)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := freshness.DecodePolicy([]byte(tt.text))
			require.Nil(t, p)
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestPoliciesNestSixteenDeep(t *testing.T) {
	nested := func(depth int) []byte {
		around := depth - 1
		return []byte(strings.Repeat(`{"all_of":[`, around) + `{"max_age":{"fail":"1h"}}` + strings.Repeat(`]}`, around))
	}
	_, err := freshness.DecodePolicy(nested(16))
	require.NoError(t, err)
	_, err = freshness.DecodePolicy(nested(17))
	require.ErrorContains(t, err, "policies nest more than 16 deep")
}

func TestFaultsAreCountedFromTheHundredAndFirstOn(t *testing.T) {
	for faults, last := range map[int]string{
		100: "[99].fail: -1ns is negative",
		101: "\nand 1 more fault",
		102: "\nand 2 more faults",
	} {
		list := make(freshness.AllOf, faults)
		for i := range list {
			list[i] = freshness.MaxAge{Fail: -1}
		}
		err := list.Validate()
		require.Error(t, err)
		assert.True(t, strings.HasSuffix(err.Error(), last), "%d faults end in %q", faults, err.Error()[max(0, len(err.Error())-60):])
	}
}

// Where a sum of an instant and a duration would wrap, the instant stands.
func TestTheLastInstantOfAllIsJudged(t *testing.T) {
	last := time.Unix(math.MaxInt64-62135596800, 999_999_999).UTC()
	require.True(t, last.Add(1).Before(last), "nothing comes after it")
	r := freshness.MaxAge{Warn: time.Hour, Fail: 2 * time.Hour}.Check(freshness.LandedAt(last), last)
	assert.Equal(t, freshness.Fresh, r.Status)
	assert.True(t, r.FreshUntil.Equal(last))
}

func TestAWarningInWorkingTimeIsAtMostACentury(t *testing.T) {
	sundays := schedule.MustCalendar(schedule.Hours{Weekly: map[time.Weekday][]schedule.TimeRange{
		time.Sunday: {{Open: time.Hour, Close: 2 * time.Hour}},
	}})
	p := freshness.MaxAge{Warn: 5219 * time.Hour, Hours: sundays}
	require.EqualError(t, p.Validate(), "warn: 5219h0m0s is more working time than the hours have in a century, 5218h0m0s")
	p.Warn = 5218 * time.Hour
	require.NoError(t, p.Validate())
}

// A schedule may hold no due instant in the century that tells whether there
// are too many.
func TestAPartitionOfAScheduleThatHasEnded(t *testing.T) {
	p := freshness.Deadline{Due: schedule.MustParse("0 7 * * * skip {2000-01-03 09:00-17:00}"), Partition: time.DateOnly}
	require.NoError(t, p.Validate())
	r := p.Check(nil, noon)
	assert.Equal(t, freshness.ReasonNeverLanded, r.Reason)
	assert.True(t, r.Due.Equal(time.Date(2000, 1, 3, 7, 0, 0, 0, time.UTC)))
}

func TestAResultKeepsItsErrorAndLandingAsJSON(t *testing.T) {
	r := freshness.NotMeasured(errors.New("no route to host"), noon)
	r.Landed, r.Landing = true, freshness.Landing{At: noon.Add(-time.Hour), Rows: 3}
	text, err := json.Marshal(r)
	require.NoError(t, err)
	var back freshness.Result
	require.NoError(t, json.Unmarshal(text, &back))
	assert.EqualError(t, back.Err, "no route to host")
	back.Err = r.Err
	assert.Equal(t, r, back)
	for _, bad := range []string{`{"slack":"soon"}`, `{"late":1}`, `[]`} {
		assert.ErrorContains(t, json.Unmarshal([]byte(bad), &back), "freshness: result: ", bad)
	}
	assert.ErrorContains(t, json.Unmarshal([]byte(`{"slack":"soon"}`), &back), `"soon" is not a duration such as "5m", "1h30m" or "7d"`)
}
