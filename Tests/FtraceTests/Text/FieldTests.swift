import Testing

@testable import Ftrace

/// The arguments of events, as their texts show them.
@Suite struct FieldTests {
    static let texts: [(String, [String: TraceField.Value])] = [
        (
            "klp_enable_patch: (klp_enable_patch+0x0/0x940) patch=\"livepatch_sample\" replace=0",
            [
                "__probe_ip": .text("klp_enable_patch+0x0/0x940"), "patch": .text("livepatch_sample"),
                "replace": .number(0),
            ]
        ),
        (
            "r: (return_to_handler+0x0/0x40 <- klp_enable_patch) ret=-16",
            [
                "__probe_func": .text("klp_enable_patch"), "__probe_ret_ip": .text("return_to_handler+0x0/0x40"),
                "ret": .number(-16),
            ]
        ),
        (
            "r: (patch_init+0x10/0x1000 [fix] <- klp_enable_patch) ret=0",
            [
                "__probe_func": .text("klp_enable_patch"), "__probe_ret_ip": .text("patch_init+0x10/0x1000 [fix]"),
                "ret": .number(0),
            ]
        ),
        (
            "r: (ffffffff8cd3f390 <- ffffffff8cc024b9) ret=0xfffffffffffffff0",
            [
                "__probe_func": .number(-1_932_266_608), "__probe_ret_ip": .number(-1_933_564_743), "ret": .number(-16),
            ]
        ),
        ("p: (0xffffffffc04bb06f) obj=(fault)", ["__probe_ip": .number(-1_068_781_457), "obj": .text("")]),
        (
            "p: (pre_patch_callback+0x0/0x20 [demo]) obj=\"\"",
            [
                "__probe_ip": .text("pre_patch_callback+0x0/0x20 [demo]"), "obj": .text(""),
            ]
        ),
        (
            "p: (f+0x0/0x4) a=\"x=1 y\" b=18446744073709551615",
            [
                "__probe_ip": .text("f+0x0/0x4"), "a": .text("x=1 y"), "b": .number(-1),
            ]
        ),
        (
            "p: (f+0x0/0x4) a=\"say \"x\" b\" c='q' d={1,2}",
            [
                "__probe_ip": .text("f+0x0/0x4"), "a": .text("say \"x"), "c": .text("'q'"), "d": .text("{1,2}"),
            ]
        ),
        ("module_load: livepatch_sample OEK", ["name": .text("livepatch_sample"), "taints": .text("OEK")]),
        ("module_load: loop ", ["name": .text("loop")]),
        ("module_free: 8021q", ["name": .text("8021q")]),
        (
            "module_put: x call_site=do_init_module refcnt=1",
            [
                "name": .text("x"), "ip": .text("do_init_module"), "refcnt": .number(1),
            ]
        ),
        (
            "module_request: net-pf-10 wait=1 call_site=inet6_create",
            [
                "name": .text("net-pf-10"), "wait": .number(1), "ip": .text("inet6_create"),
            ]
        ),
        ("console:  livepatch: 'x': a = b", ["msg": .text(" livepatch: 'x': a = b")]),
        ("tracing_mark_write: step 1: load", ["ip": .text("tracing_mark_write"), "buf": .text("step 1: load")]),
        (
            "signal_generate: sig=17 errno=0 code=1 comm=Web Content pid=584 grp=1 res=0",
            [
                "sig": .number(17), "errno": .number(0), "code": .number(1), "comm": .text("Web Content"),
                "pid": .number(584), "group": .number(1), "result": .number(0),
            ]
        ),
        (
            "signal_deliver: sig=17 sa_handler=557753125340 sa_flags=14000000",
            [
                "sig": .number(17), "sa_handler": .number(0x5577_5312_5340), "sa_flags": .number(0x1400_0000),
            ]
        ),
        (
            "sched_switch: prev_comm=a b prev_pid=1 prev_prio=120 prev_state=R+ ==> next_comm=c next_pid=2 next_prio=98",
            [
                "prev_comm": .text("a b"), "prev_pid": .number(1), "prev_prio": .number(120), "prev_state": .text("R+"),
                "next_comm": .text("c"), "next_pid": .number(2), "next_prio": .number(98),
            ]
        ),
        (
            "sched_switch: swapper/0:0 [120] R ==> kworker/1:0:22 [120]",
            [
                "prev_comm": .text("swapper/0"), "prev_pid": .number(0), "prev_prio": .number(120),
                "prev_state": .text("R"),
                "next_comm": .text("kworker/1:0"), "next_pid": .number(22), "next_prio": .number(120),
            ]
        ),
        (
            "sched_wakeup: rcu_preempt:15 [120] CPU:001",
            [
                "comm": .text("rcu_preempt"), "pid": .number(15), "prio": .number(120), "target_cpu": .number(1),
            ]
        ),
        (
            "sched_wakeup: comm=123 pid=15 prio=120 target_cpu=001",
            [
                "comm": .text("123"), "pid": .number(15), "prio": .number(120), "target_cpu": .number(1),
            ]
        ),
        (
            "sched_process_fork: comm=bash pid=665 child_comm=bash child_pid=666",
            [
                "parent_comm": .text("bash"), "parent_pid": .number(665), "child_comm": .text("bash"),
                "child_pid": .number(666),
            ]
        ),
        (
            "sched_stat_runtime: comm=seq pid=108 runtime=740642 [ns] vruntime=12646582059 [ns]",
            [
                "comm": .text("seq"), "pid": .number(108), "runtime": .number(740642),
                "vruntime": .number(12_646_582_059),
            ]
        ),
        ("softirq_raise: vec=7 [action=SCHED]", ["vec": .number(7), "action": .text("SCHED")]),
        (
            "sys_finit_module(fd: 3, uargs: 55d74bb9d4a0, flags: 10)",
            [
                "fd": .number(3), "uargs": .number(0x55d7_4bb9_d4a0), "flags": .number(16),
            ]
        ),
        (
            "sys_delete_module(const char * name_user: 55d7 \"livepatch_sample\", unsigned int flags: 800)",
            [
                "name_user": .number(0x55d7), "__name_user_val": .text("livepatch_sample"), "flags": .number(0x800),
            ]
        ),
        ("sys_finit_module -> 0xfffffffffffffff0", ["ret": .number(-16)]),
        ("sys_exit_delete_module: 0x0", ["ret": .number(0)]),
        (
            "sys_enter: NR 313 (3, 55d74bb9d4a0, 0)",
            [
                "id": .number(313), "args0": .number(3), "args1": .number(0x55d7_4bb9_d4a0), "args2": .number(0),
            ]
        ),
        ("sys_exit: NR 313 = -16", ["id": .number(313), "ret": .number(-16)]),
        ("anything: no pairs here", [:]),
    ]

    @Test(arguments: texts)
    func aTextGivesItsFields(_ event: String, _ expected: [String: TraceField.Value]) throws {
        #expect(try fields(event) == expected)
    }

    @Test func namesAreThoseOfTheBinaryTrace() throws {
        let trace = try keptTrace("tracefs/callbacks.txt")
        let names = Set(readTrace(trace).records.map(\.name))
        #expect(names.isSuperset(of: ["sys_enter_finit_module", "sys_exit_finit_module", "print"]))
        #expect(!names.contains { $0.hasPrefix("sys_finit") || $0 == "tracing_mark_write" })
    }

    @Test func aProbeIsWantedByItsFunction() {
        let lines = """
                    bash-102     [001] d..1.   118.151857: mine: (klp_enable_patch+0x0/0x940) patch="x"
                    bash-102     [001] d..1.   118.151858: back: (init+0x0/0x40 <- klp_enable_patch) ret=0
                    bash-102     [001] d..1.   118.151859: other: (klp_try_switch_task+0x0/0x10)
                    bash-102     [001] d..1.   118.151860: bare: (ffffffff8cd41870)

            """
        let reading = readTrace(lines) { $0 == "klp_enable_patch" }
        #expect(reading.records.map(\.name) == ["mine", "back"])
        #expect(reading.summary.counts.values.reduce(0, +) == 4)
    }

    @Test func perfEventsHaveTheirSystem() throws {
        let record = try traceRecord(
            "        modprobe   692 [001]   142.297348: probe:klp_enable_patch: (ffffffff8cd3f390) patch=\"x\"\n",
            .perfScript)
        #expect(record.system == "probe")
        #expect(record.name == "klp_enable_patch")
        #expect(record["patch"] == .text("x"))
        let exit = try traceRecord(
            "        modprobe   692 [001]   142.297348: syscalls:sys_exit_finit_module: 0xffffffffffffffea\n",
            .perfScript)
        #expect(exit.name == "sys_exit_finit_module")
        #expect(exit["ret"] == .number(-22))
    }

    @Test func tracePrintkNamesItsCallerInTraceCmd() throws {
        let record = try traceRecord(
            "            bash-113   [000]    17.224378: print:                tracing_mark_write: klp: begin\n",
            .traceCmd)
        #expect(record.name == "print")
        #expect(record["ip"] == .text("tracing_mark_write"))
        #expect(record["buf"] == .text("klp: begin"))
        let raw = try traceRecord(
            "            bash-113   [000]    17.224378: print:                 ip=tracing_mark_write buf=klp: begin\n",
            .traceCmd)
        #expect(raw.essence == record.essence)
    }
}
