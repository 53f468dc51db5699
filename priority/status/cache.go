package status

import (
	"sync"
	"time"
)

const (
	mostCached      = 128      // responses
	mostCachedBytes = 64 << 20 // of their bodies and keys
)

// A cache holds the responses that were made from one snapshot. The zero cache is empty.
type cache struct {
	// Guards what follows.
	mu    sync.Mutex
	byKey map[string]*response
	// Bytes.
	size int
}

// get returns the response for a key, or nil.
func (c *cache) get(key string, now time.Time) *response {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.byKey[key]; r != nil && (r.stale.IsZero() || now.Before(r.stale)) {
		return r
	}
	return nil
}

// put keeps a response. When there are too many, all others are dropped: few readers use so many
// filters, and a cache that is emptied needs no record of what was used last. No reader can fill
// the memory.
func (c *cache) put(key string, r *response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// The key counts too: a query may have 4 KiB.
	size := len(r.body) + len(r.gzipped) + len(key)
	if c.byKey == nil || len(c.byKey) >= mostCached || c.size+size > mostCachedBytes {
		c.byKey, c.size = map[string]*response{}, 0
	}
	c.byKey[key] = r
	c.size += size
}
