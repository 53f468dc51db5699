package monitor

import "strings"

// A queue is a heap of entries by the instant of their next run, and then by name, so that what is
// due at one instant runs in an order that does not depend on chance.
type queue []*entry

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if c := q[i].next.Compare(q[j].next); c != 0 {
		return c < 0
	}
	return strings.Compare(q[i].check.ID(), q[j].check.ID()) < 0
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push implements [container/heap.Interface].
func (q *queue) Push(x any) {
	e := x.(*entry)
	e.queued, e.index = true, len(*q)
	*q = append(*q, e)
}

// Pop implements [container/heap.Interface].
func (q *queue) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil // or the array would keep a removed check alive
	*q = old[:len(old)-1]
	e.queued = false
	return e
}
