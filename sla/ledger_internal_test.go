package sla

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestLedgerKeepsEvents(t *testing.T) {
	l := newLedger(&ledgerSpec{window: Rolling(30 * Day)})
	start := nanos(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	step := int64(10 * time.Millisecond)
	at := start
	for range 86400 * 3 * 10 {
		l.add(at, 1, 0)
		at += 10 * step
	}
	assert.LessOrEqual(t, len(l.dense().edges), maxCells(l.spec))
	s := l.sum(start, at)
	assert.Equal(t, Counts{Good: 86400 * 30}, s.Counts)
	s = l.sum(at-int64(5*time.Minute), at)
	assert.Equal(t, Counts{Good: 3000}, s.Counts)
}
