/* objects.h: memory objects: what regions of address spaces show. An object is a row of pages; a
 * page is there, with its frame, or absent.
 *
 * An absent page is made by whoever needs it first: filled with zeros (anonymous), or brought by
 * the object's pager, which is a fiber and no business of the nucleus (paged). A fixed object is a
 * range of physical memory that nobody frees: a boot module, a device's registers.
 *
 * Any context; the object's lock is taken inside. */
#ifndef NUCLEUS_OBJECTS_H
#define NUCLEUS_OBJECTS_H

#include "base.h"
#include "spinlock.h"

struct area;

enum object_kind { OBJECT_ANONYMOUS, OBJECT_PAGED, OBJECT_FIXED };

struct object {
    struct spinlock lock;
    uint32_t users; /* regions, and whoever else holds it */
    enum object_kind kind;
    uint64_t size;      /* bytes; pages that begin at or after it are not part of the object */
    uint64_t pager;     /* PAGED: a word of the pager's */
    phys_t first;       /* FIXED: where it lies */
    phys_t root;        /* else: a tree of tables with a page's frame at its leaves, or 0 */
    unsigned height;    /* of the tree: levels of tables */
    uint64_t nr_frames; /* its pages that are there, and its tables */

    struct area *first_area, *last_area; /* regions that show it (aspace_cut.c) */
    uint64_t nr_cuts;
};

/* NULL when memory is short. With one user, who made it. */
struct object *object_new(enum object_kind kind, uint64_t size);
struct object *object_new_fixed(phys_t first, uint64_t size);

void object_use(struct object *o);
void object_release(struct object *o); /* the last one frees it, and its pages */

/* The frame of a page, with one more owner (frames_share) unless the object is fixed: then it is
 * foreign to the allocator. In a paged object 0 and -EAGAIN for a page that is absent; -EFAULT when
 * the page is outside, -ENOMEM. */
int object_page(struct object *o, uint64_t index, phys_t *frame);

/* The same without making anything: an absent page of an anonymous object is 0 and no error. */
int object_look(struct object *o, uint64_t index, phys_t *frame);

/* Brings an absent page: the frame is the object's from now on. -EEXIST when it is there by now,
 * -EFAULT when the page is outside, -ENOMEM: the frame stays the caller's. */
int object_bring(struct object *o, uint64_t index, phys_t frame);

/* Another size. Pages that are outside now are forgotten; who has them mapped keeps them, until
 * aspace_cut. What the last page holds beyond the smaller of the sizes becomes zeros. */
void object_resize(struct object *o, uint64_t size);

/* The object is smaller than it was: pages that it has no more, and private copies of them, leave
 * all spaces. Waits for other cores: no spinlock is held. */
void aspace_cut(struct object *o);

/* Forgets a page; false when it was absent. */
bool object_forget(struct object *o, uint64_t index);

#endif
