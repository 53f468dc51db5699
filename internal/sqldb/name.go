package sqldb

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MostID is how many bytes a name may have that is a key: what an index of any of the engines holds beside another.
const MostID = 255

// Name refuses a name that not every engine would keep as it is: one that is empty or longer than [MostID] bytes,
// is not valid UTF-8, or holds NUL. The error says what a name must be, after the path of the field.
func Name(path, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%s: is missing", path)
	case len(name) > MostID:
		return fmt.Errorf("%s: %.40q… is longer than %d bytes", path, name, MostID)
	default:
		return Text(path, name)
	}
}

// Text refuses text that not every engine would keep as it is: what is not valid UTF-8, or holds NUL.
func Text(path, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s: %.40q is not valid UTF-8", path, text)
	}
	if strings.ContainsRune(text, 0) {
		return fmt.Errorf("%s: %.40q holds NUL", path, text)
	}
	return nil
}
