package enum_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/enum"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

func TestTextFormsRoundTrip(t *testing.T) {
	tiers := enum.Type{Name: "Tier", Names: []string{"primary", "", "tertiary"}}
	for value, want := range map[int]string{0: "primary", 2: "tertiary"} {
		assert.Equal(t, want, tiers.String(value))
		text, err := tiers.Append([]byte("> "), value)
		require.NoError(t, err)
		assert.Equal(t, "> "+want, string(text))
		back, err := tiers.Parse(want)
		require.NoError(t, err)
		assert.Equal(t, value, back)
	}
	upper, err := tiers.Parse("TERTIARY")
	require.NoError(t, err)
	assert.Equal(t, 2, upper)
	for _, value := range []int{-1, 1, 3} {
		_, err := tiers.Append(nil, value)
		var f *fault.FieldError
		require.ErrorAs(t, err, &f)
		assert.Equal(t, "tier", f.Path)
	}
	assert.Equal(t, "Tier(1)", tiers.String(1))
	assert.Equal(t, "Tier(7) is none of primary, tertiary", tiers.Problem(7))
	assert.Empty(t, tiers.Problem(0))
	_, err = tiers.Parse("gold")
	assert.EqualError(t, err, `tier: "gold" is none of primary, tertiary`)
	_, err = tiers.Parse("")
	assert.Error(t, err)
}
