package ledger

import (
	"math"

	"github.com/alwaysp1/alwaysp1/internal/exact"
)

// Version mixes into a number how much was counted, how much was dropped, and the newest instant:
// what changes whenever something is recorded.
func (l *Ledger) Version(version uint64) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold()
	all := l.sumBooked(math.MinInt64, math.MaxInt64)
	version = exact.Mix(exact.Mix(exact.Mix(version, uint64(all.Good)), uint64(all.Bad)), uint64(l.newest))
	if l.rest != nil {
		version = exact.Mix(version, uint64(l.rest.account.Dropped))
	}
	return version
}
