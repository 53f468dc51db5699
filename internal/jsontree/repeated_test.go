package jsontree_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

func TestMembersThatComeTwiceAreFaultsWhereTheyComeAgain(t *testing.T) {
	data := []byte("{\"a\": 1, \"b\": 2,\n\"a\": 3, \"c\": {\"d\": 1, \"d\": 2}}")
	root, err := jsontree.Parse(data)
	require.NoError(t, err)

	d := jsontree.Decoder{}
	d.Repeated("", root)
	assert.EqualError(t, d.Located(data, "", &root), "a: comes twice (line 2, offset 17)")
}
