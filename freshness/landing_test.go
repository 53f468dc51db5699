package freshness

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLandedAtSortsACopy(t *testing.T) {
	instants := []time.Time{base.Add(2), base, base.Add(1)}
	assert.Equal(t, Landings{{At: base}, {At: base.Add(1)}, {At: base.Add(2)}}, LandedAt(instants...))
	assert.Equal(t, base.Add(2), instants[0])
	assert.Nil(t, LandedAt())
}

func TestAddMergesReports(t *testing.T) {
	old := Landings{{At: base, Rows: 1}, {At: base.Add(2), Partition: "a"}}
	merged := old.Add(Landing{At: base.Add(1)}, Landing{At: base, Rows: 5}, Landing{At: base.Add(2), Partition: "b"})
	assert.Equal(t, Landings{{At: base, Rows: 5}, {At: base.Add(1)}, {At: base.Add(2), Partition: "a"}, {At: base.Add(2), Partition: "b"}}, merged)
	assert.Equal(t, Landings{{At: base, Rows: 1}, {At: base.Add(2), Partition: "a"}}, old, "the old list stays as it was")
	assert.Zero(t, testing.AllocsPerRun(10, func() { merged.Add(old[1:]...) }), "a report with nothing new costs nothing")
	assert.Equal(t, Landings{{At: base, Counted: true}}, Landings{{At: base}}.Add(Landing{At: base, Counted: true}))
	assert.Nil(t, Landings(nil).Add())
	elsewhere := base.In(time.FixedZone("", 3600))
	assert.Len(t, LandedAt(base).Add(Landing{At: elsewhere}), 1, "one instant, written in two locations")
}

func TestWhatIsAddedAgainReplacesOnlyWhereItDiffers(t *testing.T) {
	old := Landings{{At: base, Rows: 1, Bytes: 2}}
	for _, changed := range []Landing{
		{At: base, Rows: 9, Bytes: 2}, {At: base, Rows: 1, Bytes: 9},
		{At: base, Rows: 1, Bytes: 2, Counted: true}, {At: base, Rows: 1, Bytes: 2, Metadata: true},
	} {
		assert.Equal(t, Landings{changed}, old.Add(changed))
	}
	assert.Same(t, &old[0], &old.Add(old[0])[0], "nothing new, nothing made")
}

func TestNewest(t *testing.T) {
	_, ok := Landings(nil).Newest()
	assert.False(t, ok)
	newest, ok := LandedAt(base, base.Add(1)).Newest()
	assert.True(t, ok)
	assert.Equal(t, base.Add(1), newest.At)
}

func TestLandingIsJSON(t *testing.T) {
	full := Landing{At: base, Rows: 7, Counted: true, Bytes: 99, Partition: "2021-03-12", Metadata: true}
	text, err := json.Marshal(full)
	require.NoError(t, err)
	assert.JSONEq(t, `{"at":"2021-03-12T00:00:00Z","rows":7,"counted":true,"bytes":99,"partition":"2021-03-12","metadata":true}`, string(text))
	var back Landing
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, full, back)
}
