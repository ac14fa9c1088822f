/*
 * Included before every file of the loader (gcc -include): no symbol can be replaced from outside,
 * so code reaches data relative to its own place and needs no table of absolute addresses.
 */
#pragma GCC visibility push(hidden)
