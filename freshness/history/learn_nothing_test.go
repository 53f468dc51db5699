package history

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

func TestWhatIsNotThereHasLearnedNothing(t *testing.T) {
	var none, zero *Baseline = nil, &Baseline{}
	assert.Equal(t, zero.String(), none.String())
	assert.Equal(t, zero.location(), none.location())
	assert.Equal(t, [3]any{zero.days(), zero.Times(), zero.Gaps()}, [3]any{none.days(), none.Times(), none.Gaps()})
	assert.False(t, none.daily())
	assert.Equal(t, zero.Predict(nil, base, base), none.Predict(nil, base, base))
	for _, w := range []time.Weekday{-1, time.Sunday, 7} {
		wantOf, wantErr := zero.On(w)
		gotOf, gotErr := none.On(w)
		assert.Equal(t, wantOf, gotOf)
		assert.Equal(t, wantErr, gotErr)
	}
	_, wantErr := zero.Suggest(0.9)
	_, gotErr := none.Suggest(0.9)
	assert.Equal(t, wantErr, gotErr)
	want, err := zero.MarshalJSON()
	require.NoError(t, err)
	got, err := none.MarshalJSON()
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))

	_, err = ReadLandings(nil)
	var fault *freshness.FieldError
	require.ErrorAs(t, err, &fault)
	assert.EqualError(t, err, "history: there is no reader to read a history from")
	assert.EqualError(t, &freshness.FieldError{Path: "a"}, "a: no fault")
}
