package sla_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

func TestParseTarget(t *testing.T) {
	for _, row := range []struct {
		text, want string
		billionths int64
	}{
		{"99.95%", "99.95%", 999_500_000},
		{"0.9995", "99.95%", 999_500_000},
		{"99.95 %", "99.95%", 999_500_000},
		{"99%", "99%", 990_000_000},
		{"0.5", "50%", 500_000_000},
		{"000.50000000000000000000", "50%", 500_000_000},
		{"0.000000001", "0.0000001%", 1},
		{"0.999999999", "99.9999999%", 999_999_999},
		{"99.9999999%", "99.9999999%", 999_999_999},
		{"1%", "1%", 10_000_000},
		{"10%", "10%", 100_000_000},
		{"5.05%", "5.05%", 50_500_000},
	} {
		got, err := sla.ParseTarget(row.text)
		require.NoError(t, err, row.text)
		assert.Equal(t, row.want, got.String(), row.text)
		assert.Equal(t, row.billionths, got.Billionths(), row.text)
		assert.Equal(t, got, sla.MustTarget(row.text))
	}
}

func TestParseTargetRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"1.2":                     "target: 1.2 is not between 0 and 1",
		"1":                       `target: 1 is not between 0 and 1: write "zero_tolerance": true in its place`,
		"0":                       "target: 0 is not between 0 and 1",
		"0.000":                   "target: 0.000 is not between 0 and 1",
		"100%":                    `target: 100% is not between 0% and 100%: write "zero_tolerance": true in its place`,
		"100":                     `target: 100 is not between 0 and 1: write "zero_tolerance": true in its place`,
		"1.00":                    `target: 1.00 is not between 0 and 1: write "zero_tolerance": true in its place`,
		"101":                     "target: 101 is not between 0 and 1",
		"49":                      "target: 49 is not between 0 and 1",
		"1,0%":                    `target: "1,0%" is not a decimal number or percentage: write "1.0%"`,
		"50":                      `target: 50 is not between 0 and 1: write "50%"`,
		"99.5":                    `target: 99.5 is not between 0 and 1: write "99.5%"`,
		"99,5%":                   `target: "99,5%" is not a decimal number or percentage: write "99.5%"`,
		"99,5":                    `target: "99,5" is not a decimal number or percentage: write "99.5%"`,
		"99.999999999":            "target: 99.999999999 is not between 0 and 1",
		"1,234.5":                 `target: "1,234.5" is not a decimal number or percentage`,
		"0%":                      "target: 0% is not between 0% and 100%",
		"99.95":                   `target: 99.95 is not between 0 and 1: write "99.95%"`,
		"0.9999999999":            "target: 0.9999999999 has more than 9 decimals",
		"99.99999999%":            "target: 99.99999999% has more than 7 decimals",
		"":                        `target: "" is not a decimal number or percentage`,
		"%":                       `target: "%" is not a decimal number or percentage`,
		".5":                      `target: ".5" is not a decimal number or percentage`,
		"0.":                      `target: "0." is not a decimal number or percentage`,
		"-0.5":                    `target: "-0.5" is not a decimal number or percentage`,
		"+0.5":                    `target: "+0.5" is not a decimal number or percentage`,
		"5e-1":                    `target: "5e-1" is not a decimal number or percentage`,
		"0x1p-1":                  `target: "0x1p-1" is not a decimal number or percentage`,
		"NaN":                     `target: "NaN" is not a decimal number or percentage`,
		"0,5":                     `target: "0,5" is not a decimal number or percentage: write "0.5"`,
		"50%%":                    `target: "50%%" is not a decimal number or percentage`,
		"٠٫٥":                     `target: "٠٫٥" is not a decimal number or percentage`,
		"0.5\n":                   `target: "0.5\n" is not a decimal number or percentage: write "0.5"`,
		strings.Repeat("9", 1000): "target: " + strings.Repeat("9", 64) + "… is not between 0 and 1",
	} {
		got, err := sla.ParseTarget(text)
		assert.EqualError(t, err, want)
		assert.True(t, got.IsZero(), text)
		var fault *sla.FieldError
		require.True(t, errors.As(err, &fault))
		assert.Equal(t, "target", fault.Path)
		assert.Panics(t, func() { sla.MustTarget(text) })
	}
}

func TestTargetZeroIsEmptyText(t *testing.T) {
	var zero sla.Target
	text, err := zero.MarshalText()
	require.NoError(t, err)
	assert.Empty(t, text)
	got := sla.MustTarget("99%")
	require.NoError(t, got.UnmarshalText(text))
	assert.Equal(t, zero, got)
}

func TestTargetKeepsItsValueOnError(t *testing.T) {
	got := sla.MustTarget("99%")
	require.Error(t, got.UnmarshalText([]byte("2")))
	assert.Equal(t, "99%", got.String())
}

func TestTargetTravelsAsJSON(t *testing.T) {
	data, err := json.Marshal(map[string]sla.Target{"target": sla.MustTarget("0.9995")})
	require.NoError(t, err)
	assert.Equal(t, `{"target":"99.95%"}`, string(data))
	var back map[string]sla.Target
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, sla.MustTarget("99.95%"), back["target"])
}

// FuzzParseTarget holds the parser against big rationals, and against what it prints.
func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{"99.95%", "0.9995", "1.2", "0.0000000001", "007.5 %", "", "1e9",
		"99.99999990%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := sla.ParseTarget(text)
		if err != nil {
			assert.True(t, got.IsZero())
			return
		}
		number, percent := strings.CutSuffix(text, "%")
		want, ok := new(big.Rat).SetString(strings.TrimSpace(number))
		require.True(t, ok, text)
		if percent {
			want.Quo(want, big.NewRat(100, 1))
		}
		assert.Zero(t, want.Cmp(big.NewRat(got.Billionths(), 1e9)), text)
		again, err := sla.ParseTarget(got.String())
		require.NoError(t, err, fmt.Sprintf("%q printed as %q", text, got))
		assert.Equal(t, got, again)
		assert.Equal(t, got.String(), again.String())
	})
}
