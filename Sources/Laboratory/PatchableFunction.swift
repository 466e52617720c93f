/// A function of vmlinux that a livepatch of the lab can replace without harm.
///
/// The lab writes a livepatch's new functions itself, so it must know what the old one promises. Each is called by few. A task
/// can be made to sleep in those that stay on its stack then, and end when a semaphore is given: `klp_lab` does. The functions that
/// wait for completions jump into another one at their end (seen in 5.10, 6.1 and 6.12), so a task that sleeps there is not in them.
public struct PatchableFunction: Hashable, Sendable {
    /// Its name in kallsyms, the same from 5.10 to 7.2 at least.
    public let name: String
    /// What it returns, in C.
    let result: String
    /// Its parameters, in C.
    let parameters: String
    /// The statements of a new function that does the same by other means.
    let body: String
    /// True if a task can be made to sleep in it.
    public let isSleepable: Bool

    /// The function of that name; nil if the lab does not know it.
    public static func named(_ name: String) -> PatchableFunction? { all.first { $0.name == name } }

    /// Every function that the lab knows.
    public static let all: [PatchableFunction] = [
        sleepable("down_interruptible", "int", "struct semaphore *semaphore", "down(semaphore);\n\treturn 0;"),
        sleepable("down_killable", "int", "struct semaphore *semaphore", "down(semaphore);\n\treturn 0;"),
        sleepable(
            "down_timeout", "int", "struct semaphore *semaphore, long timeout",
            """
            long waited = 0;

            while (down_trylock(semaphore)) {
                if (waited >= timeout)
                    return -ETIME;
                schedule_timeout_uninterruptible(HZ / 50);
                waited += HZ / 50;
            }
            return 0;
            """),
        plain(
            "wait_for_completion_io", "void", "struct completion *completion", "wait_for_completion(completion);"),
        plain(
            "wait_for_completion_io_timeout", "unsigned long", timedWait,
            "return wait_for_completion_timeout(completion, timeout);"),
        plain(
            "wait_for_completion_interruptible_timeout", "long", timedWait,
            "return wait_for_completion_timeout(completion, timeout);"),
        plain(
            "wait_for_completion_killable_timeout", "long", timedWait,
            "return wait_for_completion_timeout(completion, timeout);"),
        plain("cmdline_proc_show", "int", "struct seq_file *file, void *data", "return 0;"),
        plain("meminfo_proc_show", "int", "struct seq_file *file, void *data", "return 0;"),
        plain("__x64_sys_getpid", "long", "const struct pt_regs *registers", "return task_tgid_vnr(current);"),
    ]

    private static let timedWait = "struct completion *completion, unsigned long timeout"

    private static func sleepable(_ name: String, _ result: String, _ parameters: String, _ body: String) -> Self {
        Self(name: name, result: result, parameters: parameters, body: body, isSleepable: true)
    }

    private static func plain(_ name: String, _ result: String, _ parameters: String, _ body: String) -> Self {
        Self(name: name, result: result, parameters: parameters, body: body, isSleepable: false)
    }
}
