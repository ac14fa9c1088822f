/* objects.c: see objects.h. The pages of an object are a tree of frames with 512 words each, as
 * high as the largest page that was ever there needs; a word is a frame's address, or 0. */
#include "objects.h"
#include "errno.h"
#include "frames.h"
#include "paging.h"
#include "slab.h"

#define WORDS      512
#define HEIGHT_MAX 6 /* 54 bits of index: more than a size can have */

static struct slab objects = SLAB_INIT("memory objects", struct object, 64);

static uint64_t *words_of(phys_t table)
{
    return phys_to_virt(table);
}

static phys_t new_zeroed(struct object *o)
{
    phys_t frame = frames_alloc_spare();
    if (frame == 0)
        return 0;
    memset(phys_to_virt(frame), 0, PAGE_SIZE);
    o->nr_frames++;
    return frame;
}

/* ---- the tree: lock held ---- */

static bool is_covered(const struct object *o, uint64_t index)
{
    return o->height > 0 && (o->height >= HEIGHT_MAX || index >> (9 * o->height) == 0);
}

/* As high as the index needs; false without a frame. */
static bool grow(struct object *o, uint64_t index)
{
    while (!is_covered(o, index)) {
        phys_t table = new_zeroed(o);
        if (table == 0)
            return false;
        words_of(table)[0] = o->root;
        o->root = table;
        o->height++;
    }
    return true;
}

/* The word for a page, with tables made on the way when `make`. NULL: there is none, and no
 * frame. */
static uint64_t *word_of(struct object *o, uint64_t index, bool make)
{
    if (make ? !grow(o, index) : !is_covered(o, index))
        return NULL;
    phys_t table = o->root;
    for (unsigned level = o->height - 1; level > 0; level--) {
        uint64_t *word = &words_of(table)[index >> (9 * level) & (WORDS - 1)];
        if (*word == 0 && (!make || (*word = new_zeroed(o)) == 0))
            return NULL;
        table = *word;
    }
    return &words_of(table)[index & (WORDS - 1)];
}

static void free_word(struct object *o, uint64_t *word)
{
    frames_free(*word, 0);
    *word = 0;
    o->nr_frames--;
}

#define CUT_MAX 128 /* frames that are freed with the lock taken once */

/* Frees the pages from index `from` on of a table of this level whose first page has index `first`,
 * as long as *left is not 0; true when nothing is left of it. */
static bool cut(struct object *o, phys_t table, unsigned level, uint64_t first, uint64_t from,
                unsigned *left)
{
    bool is_empty = true;
    for (unsigned i = 0; i < WORDS; i++) {
        uint64_t *word = &words_of(table)[i], here = first + ((uint64_t)i << (9 * level)),
                 end = here + (1ull << (9 * level));
        if (*word && end > from && *left &&
            (level == 0 || cut(o, *word, level - 1, here, from, left)) && *left) {
            free_word(o, word);
            --*left;
        }
        is_empty &= *word == 0;
    }
    return is_empty;
}

/* False: there is more to do. */
static bool cut_some(struct object *o, uint64_t from)
{
    unsigned left = CUT_MAX;
    if (o->height > 0 && cut(o, o->root, o->height - 1, 0, from, &left)) {
        free_word(o, &o->root);
        o->height = 0;
    }
    return left > 0;
}

/* ---- the face ---- */

struct object *object_new(enum object_kind kind, uint64_t size)
{
    struct object *o = slab_alloc(&objects);
    if (o)
        *o = (struct object){.lock = SPINLOCK_INIT, .users = 1, .kind = kind, .size = size};
    return o;
}

struct object *object_new_fixed(phys_t first, uint64_t size)
{
    struct object *o = object_new(OBJECT_FIXED, size);
    if (o)
        o->first = first;
    return o;
}

void object_use(struct object *o)
{
    __atomic_fetch_add(&o->users, 1, __ATOMIC_RELAXED);
}

void object_release(struct object *o)
{
    if (__atomic_fetch_sub(&o->users, 1, __ATOMIC_ACQ_REL) > 1)
        return;
    while (!cut_some(o, 0)) {
    }
    slab_free(&objects, o);
}

static bool is_inside(const struct object *o, uint64_t index)
{
    return index < ALIGN_UP(o->size, PAGE_SIZE) / PAGE_SIZE;
}

/* The frame of a page that is not fixed, with one more owner. */
static int page_locked(struct object *o, uint64_t index, bool make, phys_t *frame)
{
    bool is_anonymous = o->kind == OBJECT_ANONYMOUS;
    uint64_t *word = word_of(o, index, make && is_anonymous);
    if ((word == NULL || *word == 0) && !(make && is_anonymous))
        return is_anonymous ? 0 : -EAGAIN;
    if (word == NULL || (*word == 0 && (*word = new_zeroed(o)) == 0))
        return -ENOMEM;
    frames_share(*word);
    *frame = *word;
    return 0;
}

static int page(struct object *o, uint64_t index, bool make, phys_t *frame)
{
    irq_state state = spin_lock_irqsave(&o->lock);
    int result = -EFAULT;
    *frame = 0;
    if (is_inside(o, index) && o->kind == OBJECT_FIXED) {
        *frame = o->first + index * PAGE_SIZE;
        result = 0;
    } else if (is_inside(o, index)) {
        result = page_locked(o, index, make, frame);
    }
    spin_unlock_irqrestore(&o->lock, state);
    return result;
}

int object_page(struct object *o, uint64_t index, phys_t *frame)
{
    return page(o, index, true, frame);
}

int object_look(struct object *o, uint64_t index, phys_t *frame)
{
    return page(o, index, false, frame);
}

int object_bring(struct object *o, uint64_t index, phys_t frame)
{
    irq_state state = spin_lock_irqsave(&o->lock);
    uint64_t *word = is_inside(o, index) ? word_of(o, index, true) : NULL;
    int result = !is_inside(o, index) ? -EFAULT : word == NULL ? -ENOMEM : *word ? -EEXIST : 0;
    if (result == 0) {
        *word = frame;
        o->nr_frames++;
    }
    spin_unlock_irqrestore(&o->lock, state);
    return result;
}

/* Zeros from here to the page's end. */
static void clear_tail(struct object *o, uint64_t from)
{
    uint64_t *word =
        from % PAGE_SIZE && o->kind != OBJECT_FIXED ? word_of(o, from / PAGE_SIZE, false) : NULL;
    if (word && *word)
        memset((char *)phys_to_virt(*word) + from % PAGE_SIZE, 0, PAGE_SIZE - from % PAGE_SIZE);
}

void object_resize(struct object *o, uint64_t size)
{
    bool done = false;
    while (!done) {
        irq_state state = spin_lock_irqsave(&o->lock);
        uint64_t from = ALIGN_UP(MIN(size, o->size), PAGE_SIZE) / PAGE_SIZE;
        done = cut_some(o, from);
        clear_tail(o, MIN(size, o->size));
        o->size = done ? size : MIN(size, o->size);
        spin_unlock_irqrestore(&o->lock, state);
    }
}

bool object_forget(struct object *o, uint64_t index)
{
    irq_state state = spin_lock_irqsave(&o->lock);
    uint64_t *word = o->kind == OBJECT_FIXED ? NULL : word_of(o, index, false);
    bool was_there = word && *word;
    if (was_there)
        free_word(o, word);
    spin_unlock_irqrestore(&o->lock, state);
    return was_there;
}
