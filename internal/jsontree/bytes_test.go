package jsontree

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestScanBytesReadsATextInMemory(t *testing.T) {
	s := ScanBytes([]byte(` {"a": ["b", 2], "c": null} `))
	var keys []string
	require.NoError(t, s.Object(func(key []byte) error {
		keys = append(keys, string(key))
		return s.Skip()
	}))
	require.NoError(t, s.End())
	assert.Equal(t, []string{"a", "c"}, keys)
	assert.Error(t, ScanBytes([]byte(`{"a":}`)).Skip())
}
