/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the lab's module offers to the modules that are generated from a scenario.
 *
 * A generated module joins the lab in its init function and leaves it in its exit function. Between the two, the guest can have
 * a task enter one of its functions and sleep there, have one of its calls made, and give it a line to print when it is
 * removed. All that is asked for through /proc/klp_lab (see klp_lab.c).
 */
#ifndef KLP_LAB_H
#define KLP_LAB_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/module.h>

/* A function in which a task can be made to sleep: it returns when the completion is done. */
struct klp_lab_function {
	const char *name;
	void (*enter)(struct completion *until);
};

/* A module of a scenario. The arrays end with an entry without a name, or NULL. */
struct klp_lab_member {
	struct module *module;
	const struct klp_lab_function *functions;
	void (*const *calls)(void);
	struct list_head list;
};

void klp_lab_join(struct klp_lab_member *member);

/* Prints what was asked for, lets the tasks leave the member's functions, and returns when they have left. */
void klp_lab_leave(struct klp_lab_member *member);

/* A pointer that stands for the word, the same in all modules until the lab is removed; NULL for NULL. */
void *klp_lab_pointer(const char *word);

#endif
