/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of the shadow variable API by a module that says what it does, in the words of the kernel's test module. A pointer is
 * printed as its number in the order of mention: the last one of a line counts first, NULL is PTR0.
 */
#ifndef KLP_LAB_SHADOW_H
#define KLP_LAB_SHADOW_H

#include <linux/livepatch.h>

#define KLP_LAB_POINTERS_MAX 256

struct klp_lab_shadow_call {
	void *object;
	unsigned long id;
	size_t size;
	klp_shadow_ctor_t constructor;
	void *content;
	int result;		/* what the constructor returns */
	klp_shadow_dtor_t destructor;
	bool silent;
};

/* The call that is being made. */
static const struct klp_lab_shadow_call *klp_lab_call;

static const void *klp_lab_pointers[KLP_LAB_POINTERS_MAX];

static unsigned int klp_lab_number(const void *pointer)
{
	unsigned int number;

	if (!pointer)
		return 0;
	for (number = 0; number < KLP_LAB_POINTERS_MAX; number++) {
		if (!klp_lab_pointers[number])
			klp_lab_pointers[number] = pointer;
		if (klp_lab_pointers[number] == pointer)
			return number + 1;
	}
	return KLP_LAB_POINTERS_MAX + 1;
}

#define klp_lab_say(format, ...) \
	do { \
		if (!klp_lab_call->silent) \
			printk(KERN_INFO KBUILD_MODNAME ": " format "\n", ##__VA_ARGS__); \
	} while (0)

static __maybe_unused int klp_lab_construct(void *data, void *content)
{
	unsigned int from = klp_lab_number(content), to = klp_lab_number(data);

	if (klp_lab_call->size >= sizeof(content))
		*(void **)data = content;
	klp_lab_say("shadow_ctor: PTR%u -> PTR%u", to, from);
	return klp_lab_call->result;
}

static __maybe_unused void klp_lab_destroy(void *object, void *data)
{
	unsigned int variable = klp_lab_number(data);

	klp_lab_say("shadow_dtor(obj=PTR%u, shadow_data=PTR%u)", klp_lab_number(object), variable);
}

static __maybe_unused void klp_lab_say_what_was_found(void *data)
{
	unsigned int content, variable;

	if (!data) {
		klp_lab_say("  got expected NULL result");
		return;
	}
	content = klp_lab_call->size >= sizeof(void *) ? klp_lab_number(*(void **)data) : 0;
	variable = klp_lab_number(data);
	klp_lab_say("  got expected PTR%u -> PTR%u result", variable, content);
}

static __maybe_unused void klp_lab_shadow_get(const struct klp_lab_shadow_call *call)
{
	void *data = klp_shadow_get(call->object, call->id);
	unsigned int variable = klp_lab_number(data);

	klp_lab_call = call;
	klp_lab_say("klp_shadow_get(obj=PTR%u, id=0x%lx) = PTR%u", klp_lab_number(call->object), call->id, variable);
	klp_lab_say_what_was_found(data);
}

static __maybe_unused void klp_lab_say_allocation(const char *function, void *data)
{
	const struct klp_lab_shadow_call *call = klp_lab_call;
	unsigned int variable = klp_lab_number(data);
	unsigned int content = klp_lab_number(call->content);
	unsigned int constructor = klp_lab_number(call->constructor);

	klp_lab_say("%s(obj=PTR%u, id=0x%lx, size=%zx, gfp_flags=GFP_KERNEL), ctor=PTR%u, ctor_data=PTR%u = PTR%u",
		    function, klp_lab_number(call->object), call->id, call->size, constructor, content, variable);
}

static __maybe_unused void klp_lab_shadow_alloc(const struct klp_lab_shadow_call *call)
{
	klp_lab_call = call;
	klp_lab_say_allocation("klp_shadow_alloc", klp_shadow_alloc(call->object, call->id, call->size, GFP_KERNEL,
								     call->constructor, call->content));
}

static __maybe_unused void klp_lab_shadow_get_or_alloc(const struct klp_lab_shadow_call *call)
{
	bool existed = klp_shadow_get(call->object, call->id);
	void *data;

	klp_lab_call = call;
	data = klp_shadow_get_or_alloc(call->object, call->id, call->size, GFP_KERNEL, call->constructor, call->content);
	klp_lab_say_allocation("klp_shadow_get_or_alloc", data);
	if (existed)
		klp_lab_say_what_was_found(data);
}

static __maybe_unused void klp_lab_shadow_free(const struct klp_lab_shadow_call *call)
{
	unsigned int destructor;

	klp_lab_call = call;
	klp_shadow_free(call->object, call->id, call->destructor);
	destructor = klp_lab_number(call->destructor);
	klp_lab_say("klp_shadow_free(obj=PTR%u, id=0x%lx, dtor=PTR%u)", klp_lab_number(call->object), call->id,
		    destructor);
}

static __maybe_unused void klp_lab_shadow_free_all(const struct klp_lab_shadow_call *call)
{
	klp_lab_call = call;
	klp_shadow_free_all(call->id, call->destructor);
	klp_lab_say("klp_shadow_free_all(id=0x%lx, dtor=PTR%u)", call->id, klp_lab_number(call->destructor));
}

#endif
