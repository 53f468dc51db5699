// Package jsontree reads JSON: definitions field by field, and the files of other programs as a
// stream.
//
// Package json alone would report neither where a value stands nor that a field came twice, and
// would read text that is not proper UTF-8 as something else. Here one [Scanner] checks the grammar
// and knows the path, line and offset of each value. [Parse] builds a tree of values that keep
// their places, and a [Decoder] reads the tree field by field and collects all faults. A reader of
// large files uses the Scanner itself, which keeps nothing that its caller does not ask for.
package jsontree
