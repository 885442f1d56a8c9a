/* SPDX-License-Identifier: Apache-2.0 */

/* Data of line.c, which alone includes it */

/* What a word processor or a web page makes of ASCII, in UTF-8 */
static const struct {
    const char *bytes, *wrong, *accepted;
} look_alikes[] = {
    {"\xE2\x80\x98", "curly quote U+2018 in", "the straight quotes ' and \""},
    {"\xE2\x80\x99", "curly quote U+2019 in", "the straight quotes ' and \""},
    {"\xE2\x80\x9C", "curly quote U+201C in", "the straight quotes ' and \""},
    {"\xE2\x80\x9D", "curly quote U+201D in", "the straight quotes ' and \""},
    {"\xE2\x80\x9E", "curly quote U+201E in", "the straight quotes ' and \""},
    {"\xE2\x80\x90", "hyphen U+2010 in", "the plain hyphen -"},
    {"\xE2\x80\x91", "non-breaking hyphen U+2011 in", "the plain hyphen -"},
    {"\xE2\x80\x93", "en dash U+2013 in", "the plain hyphen -"},
    {"\xE2\x80\x94", "em dash U+2014 in", "the plain hyphen -"},
    {"\xE2\x88\x92", "minus sign U+2212 in", "the plain hyphen -"},
    {"\xC2\xAD", "soft hyphen U+00AD in", "leave it out"},
    {"\xC2\xA0", "no-break space U+00A0 in", "the plain space"},
    {"\xE2\x80\x8B", "zero-width space U+200B in", "leave it out"},
    {"\xEF\xBB\xBF", "byte order mark U+FEFF in", "leave it out"},
};
