package tracker

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestADamagedSnapshotIsRefused(t *testing.T) {
	whole := sealed([]byte("what was recorded"))
	payload, err := unsealed(whole)
	require.NoError(t, err)
	assert.Equal(t, "what was recorded", string(payload))
	for i := range whole {
		_, err := unsealed(whole[:i])
		assert.ErrorIs(t, err, ErrSnapshot)
		for bit := range 8 {
			damaged := bytes.Clone(whole)
			damaged[i] ^= 1 << bit
			_, err := unsealed(damaged)
			assert.ErrorIs(t, err, ErrSnapshot, fmt.Sprint(i, bit))
		}
	}
	_, err = unsealed(append(whole, 0))
	assert.ErrorIs(t, err, ErrSnapshot)
}
