package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/fault"
)

func TestAFaultSaysWhereAndWhat(t *testing.T) {
	cause := errors.New("is missing")
	for want, f := range map[string]*fault.FieldError{
		"is missing":                        {Err: cause},
		"a.b: is missing":                   {Path: "a.b", Err: cause},
		"a: is missing (line 3, offset 17)": {Path: "a", Err: cause, Line: 3, Offset: 17},
		"a: no fault":                       {Path: "a"},
	} {
		assert.EqualError(t, f, want)
	}
	assert.ErrorIs(t, fault.New("a", "so: %w", cause), cause)
}

func TestPaths(t *testing.T) {
	assert.Equal(t, "a.b", fault.Join("a", "b"))
	assert.Equal(t, "a[1]", fault.Join("a", "[1]"))
	assert.Equal(t, "b", fault.Join("", "b"))
	assert.Equal(t, "a", fault.Join("a", ""))
	assert.Equal(t, "a[7]", fault.Element("a", 7))
	for _, tt := range []struct {
		value, path string
		want        bool
	}{{"a", "a", true}, {"a", "a.b", true}, {"a", "a[0].b", true}, {"a", "ab", false}, {"", "a", true}, {"a.b", "a", false}} {
		assert.Equal(t, tt.want, fault.Within(tt.value, tt.path), "%s in %s", tt.path, tt.value)
	}
}

func TestAListTellsAHundredAndCountsTheRest(t *testing.T) {
	var l fault.List
	assert.NoError(t, l.Err())
	for i := range fault.Most + 3 {
		l.Add(fault.Element("a", i), "is %s", "bad")
	}
	assert.Equal(t, fault.Most+3, l.Len())
	lines := strings.Split(l.Err().Error(), "\n")
	require.Len(t, lines, fault.Most+1)
	assert.Equal(t, "a[99]: is bad", lines[99])
	assert.Equal(t, "and 3 more faults", lines[100])

	var outer fault.List
	outer.Add("x", "is one")
	outer.Below("inner", l.Err())
	lines = strings.Split(outer.Err().Error(), "\n")
	assert.Equal(t, "inner.a[0]: is bad", lines[1])
	assert.Equal(t, "and 4 more faults", lines[fault.Most], "the hundredth of the inner list, and its three")
	var one fault.List
	for range fault.Most + 1 {
		one.Add("a", "is bad")
	}
	assert.ErrorContains(t, one.Err(), "and 1 more fault")
}

func TestBelowKeepsPlaces(t *testing.T) {
	var l fault.List
	l.Below("a", nil)
	l.Below("a", errors.New("other"))
	l.Below("a", &fault.FieldError{Path: "b", Err: errors.New("x"), Line: 2, Offset: 9})
	l.Below("a", fmt.Errorf("wrapped: %w", fault.New("c", "y")))
	assert.EqualError(t, l.Err(), "a: other\na.b: x (line 2, offset 9)\na.c: y")
	assert.True(t, l.Has("a.b"))
	assert.False(t, l.Has("a.d"))
}

func TestMergeKeepsTheCount(t *testing.T) {
	var l, other fault.List
	for range fault.Most + 5 {
		other.Add("b", "is bad")
	}
	l.Merge(&other, func(*fault.FieldError) bool { return false })
	assert.Empty(t, l.Found())
	assert.Equal(t, 5, l.Len())
}

func TestNamesAndTextsThatAreRefused(t *testing.T) {
	check := func(f func(*fault.List)) string {
		var l fault.List
		f(&l)
		if l.Len() == 0 {
			return ""
		}
		return l.Err().Error()
	}
	assert.Equal(t, "id: is missing", check(func(l *fault.List) { l.Required("id", "") }))
	assert.Equal(t, "", check(func(l *fault.List) { l.Name("id", "") }))
	assert.Equal(t, "", check(func(l *fault.List) { l.Name("id", "grüße 世界") }))
	for _, name := range []string{"a\nb", "a\u202eb", "a\u0085b", "a\x7f", "a\tb", "\u2028"} {
		assert.Contains(t, check(func(l *fault.List) { l.Name("id", name) }), "holds the control character", "%q", name)
	}
	assert.Contains(t, check(func(l *fault.List) { l.Name("id", "a\xff") }), "is not valid UTF-8")
	assert.Contains(t, check(func(l *fault.List) { l.Name("id", strings.Repeat("x", fault.MostName+1)) }), "longer than 1024 bytes")
	assert.Equal(t, "", check(func(l *fault.List) { l.Text("d", "a\nb\tc\r") }))
	assert.Contains(t, check(func(l *fault.List) { l.Text("d", "a\u202eb") }), "U+202E")
	assert.Equal(t, `n[1]: is missing`+"\n"+`n[2]: "a" is already in n[0]`, check(func(l *fault.List) { l.Names("n", []string{"a", "", "a"}) }))
	assert.Equal(t, "c: -1 is negative\nd: -1ns is negative", check(func(l *fault.List) { l.Count("c", -1); l.Negative("d", -1) }))

	monrovia := time.FixedZone("", -(44*60 + 30))
	assert.Contains(t, check(func(l *fault.List) { l.Written("at", time.Date(1971, 1, 1, 0, 0, 0, 0, monrovia)) }), "give it in UTC")
	assert.Contains(t, check(func(l *fault.List) { l.Written("at", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) }), "year 10000")
	assert.Equal(t, "", check(func(l *fault.List) { l.Written("at", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) }))
}

type rude struct{}

func (*rude) Error() string { panic("rude") }

func TestUsersCodeIsContained(t *testing.T) {
	assert.EqualError(t, fault.Contain("its Check", func() error { panic("no") }), "its Check panicked: no")
	assert.NoError(t, fault.Contain("its Check", func() error { return nil }))
	var none *rude
	assert.Contains(t, fault.Text(none), "nil pointer")
	assert.Contains(t, fault.Text(&rude{}), "cannot be read: rude")
	assert.Equal(t, "no cause was given", fault.Text(nil))
	assert.NoError(t, fault.Readable(nil))
	cause := errors.New("x")
	assert.Equal(t, cause, fault.Readable(cause))
	assert.ErrorContains(t, fault.Readable(&rude{}), "cannot be read")
	assert.True(t, fault.IsNil(nil))
	assert.True(t, fault.IsNil(none))
	assert.False(t, fault.IsNil(0))
}
