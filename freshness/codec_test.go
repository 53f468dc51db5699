package freshness

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// paths returns the path of each fault in err.
func paths(t *testing.T, err error) []string {
	t.Helper()
	require.Error(t, err)
	var all fault.List
	all.Below("", err)
	var paths []string
	for _, f := range all.Found() {
		paths = append(paths, f.Path)
	}
	return paths
}

func TestPoliciesRoundTrip(t *testing.T) {
	for seed := range uint64(400) {
		g := newGen(seed)
		p := g.policy(3)
		text, err := EncodePolicy(p)
		require.NoError(t, err)
		q, err := DecodePolicy(text)
		require.NoError(t, err, "%s", text)
		again, err := EncodePolicy(q)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		landed, now := g.landings(), g.instant()
		require.Equal(t, p.Check(landed, now), q.Check(landed, now), "%s", text)
	}
}

func TestDecodePolicyReads(t *testing.T) {
	tests := map[string]Policy{
		`{"max_age":{"warn":"1h0m0s","fail":"2h0m0s"}}`:                        MaxAge{Warn: time.Hour, Fail: 2 * time.Hour},
		` { "max_age" : {"fail":"2562047h47m16.854775807s"} } `:                MaxAge{Fail: longest},
		`{"cadence":{"every":"15m","since":"2021-03-04T05:06:07.000000008Z"}}`: Cadence{Every: 15 * time.Minute, Since: time.Date(2021, 3, 4, 5, 6, 7, 8, time.UTC)},
		`{"max_age":{"warn":"1d","fail":"1w2d12h"}}`:                           MaxAge{Warn: 24 * time.Hour, Fail: 9*24*time.Hour + 12*time.Hour},
		`{"cadence":{"every":"1w","grace":"1d"}}`:                              Cadence{Every: 7 * 24 * time.Hour, Grace: 24 * time.Hour},
		`{"all_of":[{"max_age":{"warn":"1s"}}]}`:                               AllOf{MaxAge{Warn: time.Second}},
		`{"any_of":[{"max_age":{"warn":"1s"}},{"max_age":{"fail":"1s"}}]}`:     AnyOf{MaxAge{Warn: time.Second}, MaxAge{Fail: time.Second}},
	}
	for text, want := range tests {
		got, err := DecodePolicy([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestDecodePolicyNamesEveryFault(t *testing.T) {
	tests := []struct {
		text  string
		paths []string
		says  string
	}{
		{``, []string{""}, "ends too early: it is empty (line 1, offset 0)"},
		{`{"max_age":`, []string{""}, "ends too early: want a value (line 1, offset 11)"},
		{`{} {}`, []string{""}, "not JSON: want the end of the text, not '{' (line 1, offset 3)"},
		{`null`, []string{""}, "want an object, not null"},
		{`[]`, []string{""}, "want an object, not []"},
		{`{}`, []string{""}, "exactly one field, not 0"},
		{`{"max_age":{},"deadline":{}}`, []string{""}, "exactly one field, not 2"},
		{`{"maxage":{}}`, []string{"maxage"}, "want one of max_age, deadline"},
		{`{"max_age":null}`, []string{"max_age"}, "want an object, not null"},
		{`{"max_age":{}}`, []string{"max_age"}, "set at least one"},
		{`{"max_age":{"warn":"1h","warn":"2h"}}`, []string{"max_age.warn"}, "comes twice (line 1, offset 24)"},
		{`{"max_age":{"Warn":"1h","fail":"1h"}}`, []string{"max_age.Warn"}, "unknown field: want warn, fail, skew, since, hours"},
		{`{"max_age":{"warn":3600}}`, []string{"max_age.warn"}, "want text in quotes, not 3600"},
		{`{"max_age":{"warn":null}}`, []string{"max_age.warn"}, "want text in quotes, not null"},
		{`{"max_age":{"warn":"soon"}}`, []string{"max_age.warn"}, `"soon" is not a duration`},
		{`{"max_age":{"warn":"-1h","fail":"1.5d","x":1}}`, []string{"max_age.warn", "max_age.fail", "max_age.x"}, `"1.5d" is not a duration`},
		{`{"max_age":{"warn":"2h","fail":"1h"}}`, []string{"max_age.warn"}, "2h0m0s is longer than fail, 1h0m0s"},
		{`{"cadence":{"every":"1h","since":"yesterday"}}`, []string{"cadence.since"}, `"yesterday" is not an instant`},
		{`{"deadline":{}}`, []string{"deadline.due"}, "is missing"},
		{`{"deadline":{"due":"0 7 * *","min_rows":"many","days_back":1.5}}`, []string{"deadline.due", "deadline.min_rows", "deadline.days_back"}, "want a whole number"},
		{`{"deadline":{"due":"@daily","partition":"day","days_back":-1}}`, []string{"deadline.partition", "deadline.days_back"}, "the same every day"},
		{`{"deadline":{"due":"@daily","days_back":1}}`, []string{"deadline.days_back"}, "Set partition too"},
		{`{"deadline":{"due":"@daily","min_rows":-1,"min_percent":-5,"lookback":"-1s","warn":"-1s","grace":"-1s","skew":"-1s"}}`,
			[]string{"deadline.min_rows", "deadline.min_percent", "deadline.lookback", "deadline.warn", "deadline.grace", "deadline.skew"}, "-5 is negative"},
		{`{"all_of":[]}`, []string{"all_of"}, "has no policy in it"},
		{`{"all_of":{}}`, []string{"all_of"}, "want a list"},
		{`{"any_of":[{"max_age":{"warn":"x"}},{"all_of":[{"cadence":{}},7]}]}`,
			[]string{"any_of[0].max_age.warn", "any_of[1].all_of[0].cadence.every", "any_of[1].all_of[1]"}, "want an object, not 7"},
		{`{"paused":{"policy":{"max_age":{}},"spans":[{"start":"2021-03-04T05:06:07Z","end":"2021-03-04T05:06:07Z"},{"form":""}],"lasts":"1h"}}`,
			[]string{"paused.policy.max_age", "paused.spans[0].end", "paused.spans[1].end", "paused.spans[1].form", "paused.lasts"}, "need each other"},
		{`{"paused":{"spans":[{"start":"2021-03-04T05:06:07Z","end":"2021-03-04T05:06:07Z"}]}}`,
			[]string{"paused.policy", "paused.spans[0].end"}, "is not after start"},
		{strings.Repeat(`{"all_of":[`, 20) + strings.Repeat(`]}`, 20), []string{strings.TrimSuffix(strings.Repeat("all_of[0].", 16), ".")}, "nest more than 16 deep"},
	}
	for _, tt := range tests {
		t.Run(tt.text[:min(len(tt.text), 40)], func(t *testing.T) {
			p, err := DecodePolicy([]byte(tt.text))
			assert.Nil(t, p)
			assert.Equal(t, tt.paths, paths(t, err), "%v", err)
			assert.ErrorContains(t, err, tt.says)
			var fault *FieldError
			assert.ErrorAs(t, err, &fault)
		})
	}
}

// A million faults are one mistake, and nobody reads a million lines.
func TestFaultsAreCountedAfterAHundred(t *testing.T) {
	lines := func(err error) []string {
		require.Error(t, err)
		var fault *FieldError
		require.ErrorAs(t, err, &fault)
		return strings.Split(err.Error(), "\n")
	}
	bad := AllOf(slices.Repeat([]Policy{MaxAge{Warn: -1, Fail: -1}}, 5000))
	got := lines(bad.Validate())
	require.Len(t, got, 101)
	assert.Equal(t, "[49].fail: -1ns is negative", got[99])
	assert.Equal(t, "and 9900 more faults", got[100])
	got = lines(AnyOf{bad, bad}.Validate())
	require.Len(t, got, 101)
	assert.Equal(t, "and 19900 more faults", got[100])
	got = lines(AllOf{MaxAge{Fail: -1}, bad}.Validate())
	assert.Equal(t, "and 9901 more faults", got[100])
	got = lines(Check{Asset: "a", Policy: bad, Source: failing{}}.Validate())
	assert.Equal(t, "and 9900 more faults", got[100])

	_, err := DecodePolicy([]byte(`{"any_of":[{"max_age":{}}` + strings.Repeat(`,{"all_of":[{"cadence":{}}]}`, 2_000) + `]}`))
	got = lines(err)
	require.Len(t, got, 101)
	assert.Equal(t, "any_of[99].all_of[0].cadence.every: is missing (line 1, offset 2792)", got[99])
	assert.Equal(t, "and 1901 more faults", got[100])
	spans := strings.Repeat(`,{"end":1}`, 999)
	_, err = DecodePolicy([]byte(`{"paused":{"policy":{"max_age":{}},"spans":[{"end":1}` + spans + `]}}`))
	got = lines(err)
	require.Len(t, got, 101)
	assert.Equal(t, "paused.spans[98].end: want text in quotes, not 1 (line 1, offset 1031)", got[99])
	assert.Equal(t, "and 901 more faults", got[100])

	long := strings.Repeat("x", 1<<20)
	for _, text := range []string{
		`{"` + long + `":1}`, `{"max_age":{"` + long + `":1}}`, `{"max_age":{"` + long + `":1,"` + long + `":1}}`,
		`{"max_age":{"warn":"` + long + `"}}`, `{"max_age":{"since":"` + long + `"}}`, `{"max_age":{"hours":"` + long + `"}}`,
		`{"deadline":{"due":"` + long + `"}}`, `{"deadline":{"due":"@daily","partition":"` + long + `"}}`,
		`{"deadline":{"due":"@daily","min_rows":` + strings.Repeat("1", 1<<20) + `}}`, `"` + long + `"`,
	} {
		_, err := DecodePolicy([]byte(text))
		require.Error(t, err)
		assert.Less(t, len(err.Error()), 1000, "%.60s", err)
	}
}

func TestAPartitionIsAShortLayoutNotFarBack(t *testing.T) {
	p := Deadline{Due: schedule.MustParse("@daily"), Partition: strings.Repeat("2006-01-02", 7), DaysBack: 36526}
	assert.EqualError(t, p.Validate(), "partition: a layout of 70 bytes is too long: want at most 64\n"+
		"days_back: 36526 days are too many: want at most 36525, a century")
	assert.ErrorIs(t, p.Check(nil, base).Err, ErrInvalid)
	p.Partition, p.DaysBack = strings.Repeat("2006-01-02", 6)+"2006", 36525
	assert.NoError(t, p.Validate())
	assert.NoError(t, p.Check(nil, base).Err)
}

func TestEncodePolicyRefuses(t *testing.T) {
	_, err := EncodePolicy(AllOf{MaxAge{Fail: -1}, nil})
	assert.Equal(t, []string{"[0].fail", "[1]"}, paths(t, err))
	_, err = EncodePolicy(nil)
	assert.ErrorContains(t, err, "is missing")
	_, err = EncodePolicy(MaxAge{Fail: 1, Since: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)})
	assert.Error(t, err)
}

func TestFieldErrorUnwraps(t *testing.T) {
	cause := errors.New("cause")
	err := error(&FieldError{Path: "a.b", Err: cause})
	assert.EqualError(t, err, "a.b: cause")
	assert.ErrorIs(t, err, cause)
	assert.EqualError(t, &FieldError{Err: cause}, "cause")
}

func FuzzDecodePolicy(f *testing.F) {
	for seed := range uint64(30) {
		text, err := EncodePolicy(newGen(seed).policy(2))
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"max_age":{"warn":"-1h","fail":"1.5d","x":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := DecodePolicy(data)
		if err != nil {
			require.Nil(t, p)
			var fault *FieldError
			require.ErrorAs(t, err, &fault)
			return
		}
		require.NoError(t, p.Validate())
		text, err := EncodePolicy(p)
		if err != nil {
			return // an instant with an offset may lie outside the years that can be written
		}
		q, err := DecodePolicy(text)
		require.NoError(t, err, "%s", text)
		again, err := EncodePolicy(q)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		r := p.Check(LandedAt(base.Add(-time.Hour)), base)
		require.True(t, r.NextCheck.IsZero() || r.NextCheck.After(r.At), "%s: %v", text, r.NextCheck)
	})
}
