package dbt

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestParseInstant(t *testing.T) {
	utc := func(nanos int) time.Time { return time.Date(2021, 3, 4, 5, 6, 7, nanos, time.UTC) }
	for text, want := range map[string]time.Time{
		"2021-03-04T05:06:07Z":                utc(0),
		"2021-03-04T05:06:07.1Z":              utc(100000000),
		"2021-03-04T05:06:07.12Z":             utc(120000000),
		"2021-03-04T05:06:07.123Z":            utc(123000000),
		"2021-03-04T05:06:07.1234Z":           utc(123400000),
		"2021-03-04T05:06:07.12345Z":          utc(123450000),
		"2021-03-04T05:06:07.123456Z":         utc(123456000),
		"2021-03-04T05:06:07.1234567Z":        utc(123456700),
		"2021-03-04T05:06:07.12345678Z":       utc(123456780),
		"2021-03-04T05:06:07.123456789Z":      utc(123456789),
		"2021-03-04T05:06:07.123456+00:00":    utc(123456000),
		"2021-03-04T05:06:07.123456":          utc(123456000),
		"2021-03-04 05:06:07.123456":          utc(123456000),
		"2021-03-04 05:06:07+00:00":           utc(0),
		"2021-03-04 05:06:07 +00:00":          utc(0),
		"2021-03-04T14:06:07+09:00":           utc(0),
		"2021-03-04T14:06:07+0900":            utc(0),
		"2021-03-04T14:06:07+09":              utc(0),
		"2021-03-04T04:46:07-00:20:00":        utc(0), // Python writes the seconds of an old offset
		" 2021-03-04T05:06:07Z\n":             utc(0),
		"0001-01-01T00:00:00+00:00":           {},
		"9999-12-31T23:59:59.999999999+00:00": time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
	} {
		got, ok := parseInstant(text)
		assert.True(t, ok, text)
		assert.True(t, want.Equal(got), "%s: got %v, want %v", text, got, want)
		assert.Equal(t, time.UTC, got.Location(), text)
	}
	for _, text := range []string{
		"", "null", "2021-03-04", "05:06:07", "2021-13-04T05:06:07Z", "2021-03-04T25:06:07Z",
		"2021-02-29T00:00:00Z",
		"1614834367", "infinity", "+262142-12-31T23:59:59Z", "2021-03-04T05:06:07 UTC",
		"2021-03-04T05:06:07.Z",
	} {
		_, ok := parseInstant(text)
		assert.False(t, ok, text)
	}
}

func TestSaturate(t *testing.T) {
	for seconds, want := range map[float64]time.Duration{
		0:              0,
		57600:          16 * time.Hour,
		3600.000001:    time.Hour + time.Microsecond,
		-0.25:          -250 * time.Millisecond,
		0.000249:       249 * time.Microsecond, // 248.99999999999997 in floats
		16568985.98508: 16568985*time.Second + 985080*time.Microsecond,
		63769024800:    math.MaxInt64,
		-63769024800:   math.MinInt64,
		9.3e9:          math.MaxInt64,
		1e300:          math.MaxInt64,
		-1e300:         math.MinInt64,
		9.2e9:          9200000000 * time.Second,
	} {
		assert.Equal(t, want, saturate(seconds), "%v", seconds)
	}
}

func TestParseStatus(t *testing.T) {
	for text, want := range map[string]Status{
		"pass": StatusPass, "Pass": StatusPass, "warn": StatusWarn, "Warn": StatusWarn, "error": StatusError,
		"Error":         StatusError,
		"runtime error": StatusRuntimeError, "RuntimeError": StatusRuntimeError,
		"Runtime Error": StatusRuntimeError,
		"success":       StatusSuccess, "Success": StatusSuccess, "partial success": StatusPartialSuccess,
		"PartialSuccess":  StatusPartialSuccess,
		"partial_success": StatusPartialSuccess, "fail": StatusFail, "skipped": StatusSkipped,
		"no-op": StatusNoOp, "NoOp": StatusNoOp, "noop": StatusNoOp,
		"reused": StatusReused, "": "", " Odd One ": "odd one",
	} {
		assert.Equal(t, want, parseStatus(text), text)
	}
	for _, s := range append(statuses[:], "", "odd") {
		want := s == StatusError || s == StatusRuntimeError || s == StatusFail || s == StatusPartialSuccess
		assert.Equal(t, want, s.failed(), s)
	}
}

func TestParseSchema(t *testing.T) {
	for _, test := range []struct {
		address, kind string
		version       int
	}{
		{"https://schemas.getdbt.com/dbt/manifest/v12.json", "manifest", 12},
		{"https://schemas.getdbt.com/dbt/manifest/v20/manifest.json", "manifest", 20},
		{"https://schemas.getdbt.com/dbt/run-results/v6.json", "run-results", 6},
	} {
		kind, version, ok := parseSchema(test.address)
		assert.True(t, ok, test.address)
		assert.Equal(t, test.kind, kind)
		assert.Equal(t, test.version, version)
	}
	for _, address := range []string{
		"", "https://json-schema.org/draft/2020-12/schema", "/dbt/manifest", "/dbt/manifest/12.json",
		"/dbt/manifest/v-1.json",
		"/dbt/manifest/vv.json", "/dbt/manifest/v99999999999999999999.json",
	} {
		_, _, ok := parseSchema(address)
		assert.False(t, ok, address)
	}
}
