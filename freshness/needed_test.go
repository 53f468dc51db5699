package freshness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is still needed gives the answers of all that was ever reported.
func TestWhatIsNeededIsEnough(t *testing.T) {
	for seed := range uint64(150) {
		g := newGen(seed)
		p, all := g.policy(2), g.landings()
		for range 4 {
			all = append(all, g.landings()...)
		}
		all.Sort()
		var kept Landings
		reported := 0
		for minute := 0; minute < 7*24*60; minute += 1 + g.IntN(300) {
			now := base.Add(time.Duration(minute) * time.Minute)
			until := all.After(now)
			merged := kept.Add(all[reported:until]...)
			reported = until
			want, got := p.Check(Landings(nil).Add(all[:until]...), now), p.Check(merged, now)
			require.Equal(t, want, got, "seed %d at %v: %+v", seed, now, p)
			kept = Needed(p, merged, now)
		}
	}
}
