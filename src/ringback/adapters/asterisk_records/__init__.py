"""Asterisk's own records: what each of its four kinds of file says of a call, and how they are joined.

`lines` tells the kind of a file and cuts it into rows; `cdr`, `cel`, `queue_log` and `envelope` read one kind each;
`join` lets the better source win. Text in, values out; nothing here opens a file.
"""
