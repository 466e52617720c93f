// SPDX-License-Identifier: GPL-2.0
/*
 * klp_lab: what the lab needs inside of a kernel to perform a scenario's steps.
 *
 * A write to /proc/klp_lab is one command:
 *
 *   sleep FUNCTION         a task enters the function and sleeps there
 *   wake FUNCTION          the tasks that sleep in it leave it
 *   hold                   a task sleeps with a stack that nobody can walk: no transition completes
 *   release                the tasks of all holds are gone
 *   occupy FUNCTION        a kprobe with a post handler, which wants the function for itself
 *   vacate FUNCTION
 *   say LINE               the line is printed
 *   farewell MODULE LINE   the line is printed when the module's exit function begins
 *   call MODULE NUMBER     the module makes one of its calls
 *   forget ID              shadow variables of the id are freed
 *
 * The tasks are kernel threads, which take no signals: livepatch's does not make them leave.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/livepatch.h>
#include <linux/objtool.h>
#include <linux/proc_fs.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "klp_lab.h"

#define COMMAND_MAX 512

static DEFINE_MUTEX(lab_lock);
static LIST_HEAD(members);
static LIST_HEAD(sleepers);
static LIST_HEAD(kprobes);
static LIST_HEAD(farewells);

/*
 * The kernel's own functions in which a task can sleep. Each ends when the semaphore is given, is exported, is called by few,
 * so that patching it disturbs nobody, and stays on the stack of a task that sleeps in it: it does not end with a jump.
 */

struct sleeper;

struct kernel_function {
	const char *name;
	void (*enter)(struct sleeper *sleeper);
};

struct sleeper {
	struct list_head list;
	const char *name;
	const struct klp_lab_member *member;
	void (*enter)(struct completion *until);
	const struct kernel_function *kernel_function;
	struct completion until;
	struct semaphore semaphore;
	struct task_struct *task;
};

static void enter_down_interruptible(struct sleeper *sleeper)
{
	WARN_ON(down_interruptible(&sleeper->semaphore));
}

static void enter_down_killable(struct sleeper *sleeper)
{
	WARN_ON(down_killable(&sleeper->semaphore));
}

static void enter_down_timeout(struct sleeper *sleeper)
{
	WARN_ON(down_timeout(&sleeper->semaphore, MAX_SCHEDULE_TIMEOUT));
}

#define KERNEL_FUNCTION(function) { #function, enter_##function }
static const struct kernel_function kernel_functions[] = {
	KERNEL_FUNCTION(down_interruptible),
	KERNEL_FUNCTION(down_killable),
	KERNEL_FUNCTION(down_timeout),
};

/*
 * objtool writes no unwind data for this function: a task that sleeps below it has no reliable stack, so livepatch can't tell
 * where it is and does not switch it.
 */
static noinline void hold(struct completion *until)
{
	wait_for_completion(until);
}
STACK_FRAME_NON_STANDARD(hold);

/* Sleepers. */

static int sleeper_main(void *data)
{
	struct sleeper *sleeper = data;

	if (sleeper->kernel_function)
		sleeper->kernel_function->enter(sleeper);
	else
		sleeper->enter(&sleeper->until);

	/* The task must exist until somebody stops it: the list of sleepers refers to it. */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ / 10);
	return 0;
}

static struct sleeper *new_sleeper(const char *name)
{
	struct sleeper *sleeper = kzalloc(sizeof(*sleeper), GFP_KERNEL);

	if (!sleeper)
		return NULL;
	sleeper->name = name;
	init_completion(&sleeper->until);
	sema_init(&sleeper->semaphore, 0);
	return sleeper;
}

static int start_sleeper(struct sleeper *sleeper)
{
	sleeper->task = kthread_run(sleeper_main, sleeper, "lab/%s", sleeper->name);
	if (IS_ERR(sleeper->task)) {
		int ret = PTR_ERR(sleeper->task);

		kfree(sleeper);
		return ret;
	}
	list_add_tail(&sleeper->list, &sleepers);
	return 0;
}

/* Wakes the sleepers of a member, or of the lab itself; all of them, or those in one function. */
static int wake(const struct klp_lab_member *member, const char *name)
{
	struct sleeper *sleeper, *next;
	int count = 0;

	list_for_each_entry_safe(sleeper, next, &sleepers, list) {
		if (sleeper->member != member || (name && strcmp(sleeper->name, name)))
			continue;
		list_del(&sleeper->list);
		up(&sleeper->semaphore);
		complete(&sleeper->until);
		kthread_stop(sleeper->task);
		kfree(sleeper);
		count++;
	}
	return count;
}

static int command_sleep(const char *name)
{
	struct klp_lab_member *member;
	const struct klp_lab_function *function;
	struct sleeper *sleeper;
	int i;

	for (i = 0; i < ARRAY_SIZE(kernel_functions); i++) {
		if (strcmp(kernel_functions[i].name, name))
			continue;
		sleeper = new_sleeper(kernel_functions[i].name);
		if (!sleeper)
			return -ENOMEM;
		sleeper->kernel_function = &kernel_functions[i];
		return start_sleeper(sleeper);
	}

	list_for_each_entry(member, &members, list) {
		for (function = member->functions; function && function->name; function++) {
			if (strcmp(function->name, name))
				continue;
			sleeper = new_sleeper(function->name);
			if (!sleeper)
				return -ENOMEM;
			sleeper->member = member;
			sleeper->enter = function->enter;
			return start_sleeper(sleeper);
		}
	}
	return -ENOENT;
}

static int command_wake(const char *name)
{
	struct klp_lab_member *member;
	int count = wake(NULL, name);

	list_for_each_entry(member, &members, list)
		count += wake(member, name);
	return count ? 0 : -ENOENT;
}

static int command_hold(void)
{
	struct sleeper *sleeper = new_sleeper("hold");

	if (!sleeper)
		return -ENOMEM;
	sleeper->enter = hold;
	return start_sleeper(sleeper);
}

/* Kprobes. */

struct occupation {
	struct list_head list;
	struct kprobe kprobe;
	char name[];
};

static void kprobe_post_handler(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static int command_occupy(const char *name)
{
	struct occupation *occupation;
	int ret;

	occupation = kzalloc(sizeof(*occupation) + strlen(name) + 1, GFP_KERNEL);
	if (!occupation)
		return -ENOMEM;
	strcpy(occupation->name, name);
	occupation->kprobe.symbol_name = occupation->name;
	occupation->kprobe.post_handler = kprobe_post_handler;
	ret = register_kprobe(&occupation->kprobe);
	if (ret)
		kfree(occupation);
	else
		list_add_tail(&occupation->list, &kprobes);
	return ret;
}

static int vacate(const char *name)
{
	struct occupation *occupation, *next;
	int ret = -ENOENT;

	list_for_each_entry_safe(occupation, next, &kprobes, list) {
		if (name && strcmp(occupation->name, name))
			continue;
		unregister_kprobe(&occupation->kprobe);
		/* Not freed: one that ftrace does not give back stays on the kernel's list, and nobody says so (5.10). */
		list_del(&occupation->list);
		ret = 0;
	}
	return ret;
}

/* Farewells. */

struct farewell {
	struct list_head list;
	char *line;
	char module[];
};

/* Splits "MODULE REST". */
static char *rest_of(char *text)
{
	char *blank = strchr(text, ' ');

	if (!blank)
		return NULL;
	*blank = '\0';
	return blank + 1;
}

static int command_farewell(char *module)
{
	struct farewell *farewell;
	char *line = rest_of(module);
	size_t length = strlen(module) + 1;

	if (!line)
		return -EINVAL;
	farewell = kzalloc(sizeof(*farewell) + length + strlen(line) + 1, GFP_KERNEL);
	if (!farewell)
		return -ENOMEM;
	strcpy(farewell->module, module);
	farewell->line = farewell->module + length;
	strcpy(farewell->line, line);
	list_add_tail(&farewell->list, &farewells);
	return 0;
}

static void bid_farewell(const char *module, bool aloud)
{
	struct farewell *farewell, *next;

	list_for_each_entry_safe(farewell, next, &farewells, list) {
		if (module && strcmp(farewell->module, module))
			continue;
		if (aloud)
			printk(KERN_INFO "%s\n", farewell->line);
		list_del(&farewell->list);
		kfree(farewell);
	}
}

/* Words. */

struct word {
	struct list_head list;
	char text[];
};

static LIST_HEAD(words);

void *klp_lab_pointer(const char *text)
{
	struct word *word;

	if (!text)
		return NULL;
	list_for_each_entry(word, &words, list) {
		if (!strcmp(word->text, text))
			return word;
	}
	word = kzalloc(sizeof(*word) + strlen(text) + 1, GFP_KERNEL);
	if (!word)
		return NULL;
	strcpy(word->text, text);
	list_add_tail(&word->list, &words);
	return word;
}
EXPORT_SYMBOL_GPL(klp_lab_pointer);

static void forget_words(void)
{
	struct word *word, *next;

	list_for_each_entry_safe(word, next, &words, list)
		kfree(word);
}

/* Members. */

void klp_lab_join(struct klp_lab_member *member)
{
	mutex_lock(&lab_lock);
	list_add_tail(&member->list, &members);
	mutex_unlock(&lab_lock);
}
EXPORT_SYMBOL_GPL(klp_lab_join);

void klp_lab_leave(struct klp_lab_member *member)
{
	mutex_lock(&lab_lock);
	bid_farewell(member->module->name, true);
	wake(member, NULL);
	list_del(&member->list);
	mutex_unlock(&lab_lock);
}
EXPORT_SYMBOL_GPL(klp_lab_leave);

static int command_call(char *module)
{
	struct klp_lab_member *member;
	char *rest = rest_of(module);
	unsigned int number, i;

	if (!rest || kstrtouint(rest, 10, &number))
		return -EINVAL;
	list_for_each_entry(member, &members, list) {
		if (strcmp(member->module->name, module))
			continue;
		for (i = 0; member->calls && member->calls[i]; i++) {
			if (i == number) {
				member->calls[i]();
				return 0;
			}
		}
	}
	return -ENOENT;
}

/* Shadow variables that a scenario leaves behind; whoever had a destructor for them is gone. */
static int command_forget(const char *id)
{
	unsigned long number;

	if (kstrtoul(id, 0, &number))
		return -EINVAL;
	klp_shadow_free_all(number, NULL);
	return 0;
}

/* Commands. */

static int perform(char *command)
{
	char *argument = rest_of(command);

	if (!strcmp(command, "hold"))
		return command_hold();
	if (!strcmp(command, "release")) {
		wake(NULL, "hold");
		return 0;
	}
	if (!argument)
		return -EINVAL;
	if (!strcmp(command, "sleep"))
		return command_sleep(argument);
	if (!strcmp(command, "wake"))
		return command_wake(argument);
	if (!strcmp(command, "occupy"))
		return command_occupy(argument);
	if (!strcmp(command, "vacate"))
		return vacate(argument);
	if (!strcmp(command, "farewell"))
		return command_farewell(argument);
	if (!strcmp(command, "call"))
		return command_call(argument);
	if (!strcmp(command, "forget"))
		return command_forget(argument);
	if (!strcmp(command, "say")) {
		printk(KERN_INFO "%s\n", argument);
		return 0;
	}
	return -EINVAL;
}

static ssize_t command_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char *command;
	int ret;

	if (count > COMMAND_MAX)
		return -E2BIG;
	command = memdup_user_nul(buffer, count);
	if (IS_ERR(command))
		return PTR_ERR(command);
	mutex_lock(&lab_lock);
	ret = perform(strim(command));
	mutex_unlock(&lab_lock);
	kfree(command);
	return ret ? ret : count;
}

static const struct proc_ops command_ops = {
	.proc_write = command_write,
};

static int __init klp_lab_init(void)
{
	return proc_create("klp_lab", 0200, NULL, &command_ops) ? 0 : -ENOMEM;
}

static void __exit klp_lab_exit(void)
{
	remove_proc_entry("klp_lab", NULL);
	wake(NULL, NULL);
	vacate(NULL);
	bid_farewell(NULL, false);
	forget_words();
}

module_init(klp_lab_init);
module_exit(klp_lab_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Performs the steps of a scenario in a kernel under test");
