package house

import (
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A rule is one thing that holds everywhere, why, and trees that break it.
type rule struct {
	name  string
	why   string
	check func(*tree) []string // each fault on a line of its own; none when the rule holds
	bites []bite
}

// A bite is a change to the sound tree that breaks one rule in one place.
type bite struct {
	name  string
	files map[string]string // laid over the sound tree; gone removes a file
	want  string            // stands in the one fault
}

// gone marks a file that a bite takes away.
const gone = "\x00"

// rules lists every rule of the house. The API has a test of its own, which can also rewrite what it compares with.
var rules = []rule{
	floorsRule, tableRule, shipsRule, standardRule,
	voiceRule, columnsRule, reasonRule,
	moduleRule, nestedRule, layoutRule,
	commentsRule, bracketsRule, linksRule,
	shownRule, outputRule, playRule,
	filesRule, functionsRule, namesRule,
	wordsRule, placesRule,
	globalsRule, clockRule, equalRule, spawnRule, signaturesRule,
	readmeRule, commandsRule, ciRule, snippetRule, mapRule,
}

// readHouse reads this module once for all tests.
var readHouse = sync.OnceValues(func() (*tree, error) { return readTree(os.DirFS("../..")) })

func TestHouse(t *testing.T) {
	tree, err := readHouse()
	require.NoError(t, err)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if faults := r.check(tree); len(faults) > 0 {
				t.Errorf("%s\n\t%s", r.why, strings.Join(faults, "\n\t"))
			}
		})
	}
}

func TestEveryRulePassesTheSoundTree(t *testing.T) {
	sound := fixture(t, nil)
	for _, r := range append(rules, apiRule) {
		assert.Empty(t, r.check(sound), r.name)
	}
}

func TestEveryRuleBites(t *testing.T) {
	for _, r := range append(rules, apiRule) {
		assert.NotEmpty(t, r.bites, "%s is never seen to fail", r.name)
		for _, b := range r.bites {
			t.Run(r.name+"/"+b.name, func(t *testing.T) {
				faults := r.check(fixture(t, b.files))
				require.Len(t, faults, 1)
				assert.Contains(t, faults[0], b.want)
			})
		}
	}
}

// fixture lays files over the sound tree.
func fixture(t *testing.T, files map[string]string) *tree {
	t.Helper()
	root := fstest.MapFS{}
	for name, text := range soundTree {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for name, text := range files {
		if text == gone {
			delete(root, name)
			continue
		}
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tree, err := readTree(root)
	require.NoError(t, err)
	return tree
}
