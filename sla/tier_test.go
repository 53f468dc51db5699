package sla_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

func TestTierText(t *testing.T) {
	for tier, want := range map[sla.Tier]string{sla.Primary: "primary", sla.Secondary: "secondary",
		sla.Tertiary: "tertiary"} {
		text, err := tier.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		assert.Equal(t, want, tier.String())
		back := sla.Tier(-1)
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, tier, back)
	}
	var tier sla.Tier
	require.NoError(t, tier.UnmarshalText([]byte("TerTiary")))
	assert.Equal(t, sla.Tertiary, tier)
}

func TestTierThatIsNone(t *testing.T) {
	for _, tier := range []sla.Tier{-1, 3, 1 << 30} {
		_, err := tier.MarshalText()
		assert.ErrorContains(t, err, "is none of primary, secondary, tertiary")
	}
	assert.Equal(t, "Tier(3)", sla.Tier(3).String())
	tier := sla.Secondary
	assert.EqualError(t, tier.UnmarshalText([]byte("gold\n")),
		`tier: "gold\n" is none of primary, secondary, tertiary`)
	assert.Equal(t, sla.Secondary, tier)
}

func TestAPromiseIsPrimaryUnlessSomebodySaysOtherwise(t *testing.T) {
	assert.Equal(t, sla.Primary, sla.SLA{}.Tier)
}
