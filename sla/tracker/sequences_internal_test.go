package tracker

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSequencesAreASetInLittleRoom(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 9))
		var s sequences
		set := map[uint64]bool{}
		for range 300 {
			n := r.Uint64N(100) + 1
			require.Equal(t, !set[n], s.add(n))
			set[n] = true
			require.True(t, slices.IsSortedFunc(s, func(a, b sequenceRange) int {
				if a.last+1 < b.first {
					return -1
				}
				return 1
			}))
		}
		for n := range uint64(102) {
			_, in := s.find(n)
			require.Equal(t, set[n], in)
		}
	}
	var s sequences
	for n := range uint64(1 << 16) {
		s.add(n + 1)
	}
	assert.Len(t, s, 1)
	assert.True(t, s.add(1<<64-1))
	assert.False(t, s.add(1<<64-1))
}
