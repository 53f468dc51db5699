package foreign_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/foreign"
)

func TestNodesPickWhatTheyKnow(t *testing.T) {
	d := foreign.Open([]byte(`{"a": "x", "b": null, "n": 1.50, "t": true, "l": ["p", "q"], "o": {"k": ["v"], "n": 2}}`))
	root := d.Root()
	require.True(t, root.Object("a", "b", "n", "t", "l", "o"))
	assert.Equal(t, "x", root.Get("a").Text())
	assert.Equal(t, "x", root.Get("a").Required())
	assert.False(t, root.Get("b").Is())
	assert.Equal(t, "", root.Get("b").Text())
	assert.False(t, root.Get("b").Object())
	assert.Empty(t, root.Get("z").Items())
	assert.Equal(t, "1.50", root.Get("n").Number())
	assert.Equal(t, "1.50", root.Get("n").Scalar())
	assert.True(t, root.Get("t").Truth())
	assert.False(t, root.Get("z").Truth())
	assert.Equal(t, "true", root.Get("t").Scalar())
	assert.Equal(t, "", root.Get("z").Scalar())
	assert.Equal(t, "l[1]", root.Get("l").Items()[1].Path)
	assert.Equal(t, map[string]string{"k": "v", "n": "2"}, root.Get("o").Labels())
	faults, notes := d.Locate()
	assert.Empty(t, faults)
	assert.Empty(t, notes)
}

func TestNodesCollectFaultsAndNotes(t *testing.T) {
	d := foreign.Open([]byte("{\"a\": 1,\n\"a\": 2, \"b\": \"\", \"c\": \"x\"}"))
	root := d.Root()
	assert.True(t, root.Object("a", "b"))
	root.Get("a").Text()
	root.Get("a").Object()
	root.Get("b").Required()
	root.Get("c").Number()
	root.Get("z").Missing()
	faults, notes := d.Locate()
	var texts []string
	for _, f := range append(faults, notes...) {
		texts = append(texts, f.Error())
	}
	assert.Equal(t, []string{
		"z: is missing (line 1, offset 0)",
		"a: want text in quotes, not 1 (line 1, offset 6)",
		"a: want an object, not 1 (line 1, offset 6)",
		"a: comes twice (line 2, offset 9)",
		"b: is missing (line 2, offset 22)",
		`c: want a number, not "x" (line 2, offset 31)`,
		"c: is not understood (line 2, offset 31)",
	}, texts)

	faults, _ = foreign.Open([]byte("[")).Locate()
	assert.Len(t, faults, 1)
}
