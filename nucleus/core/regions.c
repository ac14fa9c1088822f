/* regions.c: the ranges of an address space, in an AVL tree ordered by address.
 *
 * Every node carries facts of its subtree: the start of its lowest region, the end of its highest,
 * and the largest gap between two regions in it. update() derives them from the node and its
 * children; it is called from each changed node up to the root before any call returns, so that
 * they always hold, as does the balance: the heights of siblings differ by one at most. */
#include "regions.h"
#include "errno.h"
#include "panic.h"

static int height(const struct region *r)
{
    return r ? r->height : 0;
}

/* ---- Keeping the tree ---- */

static void update(struct region *r)
{
    const struct region *left = r->left, *right = r->right;
    uintptr_t gap = 0;
    r->subtree_start = r->start;
    r->subtree_end = r->end;
    if (left) {
        r->subtree_start = left->subtree_start;
        gap = MAX(left->max_gap, r->start - left->subtree_end);
    }
    if (right) {
        r->subtree_end = right->subtree_end;
        gap = MAX(gap, MAX(right->max_gap, right->subtree_start - r->end));
    }
    r->max_gap = gap;
    r->height = 1 + MAX(height(left), height(right));
}

/* Puts `to` (NULL: nothing) where `from` hangs. */
static void replace(struct regions *rs, struct region *from, struct region *to)
{
    struct region *parent = from->parent;
    if (!parent)
        rs->root = to;
    else if (parent->left == from)
        parent->left = to;
    else
        parent->right = to;
    if (to)
        to->parent = parent;
}

static void adopt_left(struct region *r, struct region *child)
{
    r->left = child;
    if (child)
        child->parent = r;
}

static void adopt_right(struct region *r, struct region *child)
{
    r->right = child;
    if (child)
        child->parent = r;
}

/* Lifts r's left child above r; returns it. */
static struct region *rotate_right(struct regions *rs, struct region *r)
{
    struct region *up = r->left;
    replace(rs, r, up);
    adopt_left(r, up->right);
    adopt_right(up, r);
    update(r);
    update(up);
    return up;
}

static struct region *rotate_left(struct regions *rs, struct region *r)
{
    struct region *up = r->right;
    replace(rs, r, up);
    adopt_right(r, up->left);
    adopt_left(up, r);
    update(r);
    update(up);
    return up;
}

/* Balances r, whose children are balanced; returns what hangs in its place. */
static struct region *balance(struct regions *rs, struct region *r)
{
    int lean = height(r->left) - height(r->right);
    if (lean > 1) {
        if (height(r->left->left) < height(r->left->right))
            rotate_left(rs, r->left);
        return rotate_right(rs, r);
    }
    if (lean < -1) {
        if (height(r->right->right) < height(r->right->left))
            rotate_right(rs, r->right);
        return rotate_left(rs, r);
    }
    update(r);
    return r;
}

/* After r or its children changed: from r up to the root. */
static void balance_upwards(struct regions *rs, struct region *r)
{
    for (; r; r = r->parent)
        r = balance(rs, r);
}

/* ---- Looking ---- */

void regions_init(struct regions *rs, uintptr_t start, uintptr_t end)
{
    *rs = (struct regions){.start = start, .end = end};
}

struct region *regions_at_or_after(const struct regions *rs, uintptr_t addr)
{
    struct region *best = NULL;
    for (struct region *r = rs->root; r;) {
        if (r->end > addr) {
            best = r;
            r = r->left;
        } else {
            r = r->right;
        }
    }
    return best;
}

struct region *regions_find(const struct regions *rs, uintptr_t addr)
{
    struct region *r = regions_at_or_after(rs, addr);
    return r && r->start <= addr ? r : NULL;
}

struct region *regions_next(const struct region *r)
{
    if (r->right) {
        for (r = r->right; r->left;)
            r = r->left;
        return (struct region *)r;
    }
    while (r->parent && r->parent->right == r)
        r = r->parent;
    return r->parent;
}

struct region *regions_prev(const struct region *r)
{
    if (r->left) {
        for (r = r->left; r->right;)
            r = r->right;
        return (struct region *)r;
    }
    while (r->parent && r->parent->left == r)
        r = r->parent;
    return r->parent;
}

struct request {
    size_t size, align;
};

static uintptr_t fit(uintptr_t low, uintptr_t high, struct request want)
{
    uintptr_t at = ALIGN_UP(low, want.align);
    bool fits = at >= low && at <= high && high - at >= want.size;
    return fits ? at : 0;
}

/* The lowest fit in [low, high), which holds the regions of the tree below r and no others. A
 * subtree without a large enough gap is left at once, so one with such gaps is left without a fit
 * only when alignment spoils them all. */
static uintptr_t gap_in(const struct region *r, uintptr_t low, uintptr_t high, struct request want)
{
    while (r) {
        uintptr_t outer = MAX(r->subtree_start - low, high - r->subtree_end);
        if (MAX(outer, r->max_gap) < want.size)
            return 0;
        uintptr_t at = gap_in(r->left, low, r->start, want);
        if (at)
            return at;
        low = r->end;
        r = r->right;
    }
    return fit(low, high, want);
}

uintptr_t regions_gap(const struct regions *rs, size_t size, size_t align)
{
    if (size == 0)
        return 0;
    return gap_in(rs->root, rs->start, rs->end, (struct request){size, MAX(align, (size_t)1)});
}

/* The mirror image, for pages. */
static uintptr_t last_gap_in(const struct region *r, uintptr_t low, uintptr_t high, size_t size)
{
    while (r) {
        uintptr_t outer = MAX(r->subtree_start - low, high - r->subtree_end);
        if (MAX(outer, r->max_gap) < size)
            return 0;
        uintptr_t at = last_gap_in(r->right, r->end, high, size);
        if (at)
            return at;
        high = r->start;
        r = r->left;
    }
    return high - low >= size ? high - size : 0;
}

uintptr_t regions_last_gap(const struct regions *rs, size_t size)
{
    return size ? last_gap_in(rs->root, rs->start, rs->end, size) : 0;
}

/* ---- Changing ---- */

static void attach(struct regions *rs, struct region *r)
{
    struct region *parent = NULL, **link = &rs->root;
    while (*link) {
        parent = *link;
        link = r->start < parent->start ? &parent->left : &parent->right;
    }
    r->left = r->right = NULL;
    r->parent = parent;
    *link = r;
    rs->count++;
    balance_upwards(rs, r);
}

int regions_insert(struct regions *rs, struct region *r)
{
    if (r->start >= r->end || r->start < rs->start || r->end > rs->end)
        return -EINVAL;
    const struct region *after = regions_at_or_after(rs, r->start);
    if (after && after->start < r->end)
        return -EEXIST;
    attach(rs, r);
    return 0;
}

/* Removes r, which has two children, by hanging its successor in its place. Returns the lowest node
 * whose children changed. */
static struct region *replace_by_successor(struct regions *rs, struct region *r)
{
    struct region *next = regions_next(r), *lowest = next;
    if (next->parent != r) {
        lowest = next->parent;
        replace(rs, next, next->right);
        adopt_right(next, r->right);
    }
    replace(rs, r, next);
    adopt_left(next, r->left);
    return lowest;
}

void regions_remove(struct regions *rs, struct region *r)
{
    struct region *lowest = r->parent;
    if (r->left && r->right)
        lowest = replace_by_successor(rs, r);
    else
        replace(rs, r, r->left ? r->left : r->right);
    rs->count--;
    balance_upwards(rs, lowest);
}

void regions_resize(struct regions *rs, struct region *r, uintptr_t start, uintptr_t end)
{
    if (start >= end || start < rs->start || end > rs->end)
        panic("regions: [%lx, %lx) cannot become [%lx, %lx)", r->start, r->end, start, end);
    r->start = start;
    r->end = end;
    balance_upwards(rs, r);
}

void regions_split(struct regions *rs, struct region *r, uintptr_t at, struct region *upper)
{
    if (at <= r->start || at >= r->end)
        panic("regions: [%lx, %lx) cannot be cut at %lx", r->start, r->end, at);
    *upper = (struct region){
        .start = at,
        .end = r->end,
        .flags = r->flags,
        .object = r->object,
        .offset = r->offset + (at - r->start),
    };
    r->end = at;
    balance_upwards(rs, r);
    attach(rs, upper);
}
