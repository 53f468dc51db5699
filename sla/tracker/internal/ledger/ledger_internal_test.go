package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

func TestLedgerKeepsEvents(t *testing.T) {
	l := New(&Spec{Window: sla.Rolling(30 * sla.Day)})
	start := exact.Nanos(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	step := int64(10 * time.Millisecond)
	at := start
	for range 86400 * 3 * 10 {
		l.Add(at, 1, 0)
		at += 10 * step
	}
	assert.LessOrEqual(t, len(l.dense().edges), maxCells(l.spec))
	s := l.Sum(start, at)
	assert.Equal(t, sla.Counts{Good: 86400 * 30}, s.Counts)
	s = l.Sum(at-int64(5*time.Minute), at)
	assert.Equal(t, sla.Counts{Good: 3000}, s.Counts)
}
