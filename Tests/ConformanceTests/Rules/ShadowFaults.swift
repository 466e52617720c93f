extension Fault {
    private static let test = Dmesg.shadowSelftest

    static let shadows = found + allocated + freed + samples

    private static let found = [
        Fault(.variableIsFoundUntilFreed, "a variable is not found though it was created", test) {
            $0.replacingFirst("id=0x1235) = PTR11", with: "id=0x1235) = PTR0")
        },
        Fault(.variableIsFoundUntilFreed, "a variable is found before it was created", test) {
            $0.replacingFirst("id=0x1234) = PTR0", with: "id=0x1234) = PTR3")
        },
        Fault(.variableIsFoundUntilFreed, "a variable does not hold what was stored", test) {
            $0.replacingFirst("got expected PTR8 -> PTR7", with: "got expected PTR8 -> PTR2")
        },
        Fault(.variableIsFoundUntilFreed, "the caller did not find what it had stored", test) {
            $0.without("got expected PTR8 -> PTR7")
        },
        Fault(.variableIsFoundUntilFreed, "the caller says twice what it found", test) {
            $0.doubling("got expected PTR8 -> PTR7")
        },
        Fault(.variablesAreIndependent, "a variable is found under another id", test) {
            $0.replacingFirst("id=0x1235) = PTR6", with: "id=0x1235) = PTR3")
        },
        Fault(.variablesAreIndependent, "a variable is found at another object", test) {
            $0.replacingFirst("get(obj=PTR9, id=0x1234) = PTR8", with: "get(obj=PTR9, id=0x1234) = PTR13")
        },
    ]

    private static let allocated = [
        Fault(.duplicateShadowVariable, "a pair is allocated twice with success", test) {
            $0.replacingFirst("klp_shadow_alloc(obj=PTR9, id=0x1235", with: "klp_shadow_alloc(obj=PTR9, id=0x1234")
        },
        Fault(
            .duplicateShadowVariable, "no WARN of an allocation that fails", legal: .boot + test,
            log: .boot + test.inserting(duplicate, after: "got expected PTR16")),
        Fault(.existingVariableIsReturned, "get_or_alloc returns a new pointer", test) {
            $0.replacingLast("ctor_data=PTR7 = PTR8", with: "ctor_data=PTR7 = PTR18")
        },
        Fault(.existingVariableIsReturned, "get_or_alloc constructs again", test) {
            $0.inserting(
                "test_klp_shadow_vars: shadow_ctor: PTR8 -> PTR7", after: "got expected PTR3 -> PTR2 result", 2)
        },
        Fault(.existingVariableIsReturned, "get_or_alloc returns NULL", test) {
            $0.replacingLast("ctor_data=PTR12 = PTR13", with: "ctor_data=PTR12 = PTR0")
        },
        Fault(.constructorRunsOnce, "a variable is not constructed", test) { $0.without("shadow_ctor: PTR11") },
        Fault(.constructorRunsOnce, "a variable is constructed twice", test) { $0.doubling("shadow_ctor: PTR11") },
        Fault(.constructorRunsOnce, "another variable is constructed than returned", test) {
            $0.replacingFirst("shadow_ctor: PTR11", with: "shadow_ctor: PTR12")
        },
        Fault(.constructorRunsOnce, "a variable is constructed after the call", test) {
            $0.swapping("shadow_ctor: PTR11", "klp_shadow_alloc(obj=PTR9, id=0x1235")
        },
        Fault(.failedConstructorLeavesNothing, "a variable in spite of its constructor", .shadowConstructorFails) {
            $0.replacingLast("ctor_data=PTR2 = PTR0", with: "ctor_data=PTR2 = PTR18")
        },
        Fault(.failedConstructorLeavesNothing, "what was never constructed is found", .shadowConstructorFails) {
            $0.replacingLast("id=0x1234) = PTR0", with: "id=0x1234) = PTR18")
        },
    ]

    private static let freed = [
        Fault(.freeDestroysOnce, "free without the destructor", test) { $0.without("shadow_dtor(obj=PTR9") },
        Fault(.freeDestroysOnce, "free with the destructor twice", test) { $0.doubling("shadow_dtor(obj=PTR9") },
        Fault(.freeDestroysOnce, "the destructor of another object", test) {
            $0.replacingFirst("shadow_dtor(obj=PTR9", with: "shadow_dtor(obj=PTR14")
        },
        Fault(.freeDestroysOnce, "the destructor runs where nothing is left", test) {
            $0.inserting(
                """
                test_klp_shadow_vars: shadow_dtor(obj=PTR9, shadow_data=PTR8)
                test_klp_shadow_vars: klp_shadow_free(obj=PTR9, id=0x1234, dtor=PTR17)
                """, after: "klp_shadow_free(obj=PTR9")
        },
        Fault(.variableIsFoundUntilFreed, "a variable is found after it was freed", test) {
            $0.replacingFirst("get(obj=PTR9, id=0x1234) = PTR0", with: "get(obj=PTR9, id=0x1234) = PTR8")
        },
        Fault(.freeAllTakesOneID, "a variable is found after all were freed", test) {
            $0.replacingFirst("get(obj=PTR9, id=0x1235) = PTR0", with: "get(obj=PTR9, id=0x1235) = PTR11")
        },
        Fault(
            .freeAllTakesOneID, "free_all forgets an object", .freeAllWithDestructor(["PTR14", "PTR1", "PTR9"])
        ) {
            $0.without("shadow_dtor(obj=PTR1, shadow_data=PTR6)")
        },
        Fault(
            .freeAllTakesOneID, "free_all takes a variable of another id",
            .freeAllWithDestructor(["PTR14", "PTR1", "PTR9"])
        ) {
            $0.inserting(
                "test_klp_shadow_vars: shadow_dtor(obj=PTR1, shadow_data=PTR3)",
                after: "shadow_dtor(obj=PTR1, shadow_data=PTR6)")
        },
        Fault(
            .freeAllTakesOneID, "a variable of another id is gone after free_all",
            test.without("klp_shadow_free(obj=PTR9").without("shadow_dtor(obj=PTR9").inserting(
                foundAfterAll, after: "klp_shadow_free_all"
            ).withoutFirstTwo("get(obj=PTR9, id=0x1234) = PTR0")
        ) {
            $0.replacingLast("get(obj=PTR9, id=0x1234) = PTR8", with: "get(obj=PTR9, id=0x1234) = PTR0")
        },
    ]

    private static let samples = [
        Fault(.variableIsFoundUntilFreed, "a saved pointer is not found", .shadowSamples) {
            $0.replacingFirst(
                "livepatch_fix2_dummy_leak_dtor: dummy @ 0000000048e16466, prevented leak @ 00000000a43e3ff8",
                with: "livepatch_fix2_dummy_free: dummy @ 0000000048e16466 leaked!")
        },
        Fault(.freeDestroysOnce, "a pointer is freed that was never saved", .shadowSamples) {
            $0.without("livepatch_fix1_dummy_alloc: dummy @ 00000000ddb411a5")
        },
        Fault(.freeAllTakesOneID, "the unloaded livepatch leaves a variable behind", .shadowSamples) {
            $0.without("livepatch_fix1_dummy_leak_dtor: dummy @ 0000000029946740")
        },
        Fault(.duplicateShadowVariable, "a pointer is saved twice", .shadowSamples) {
            $0.doubling("livepatch_fix1_dummy_alloc: dummy @ 00000000ddb411a5")
        },
        Fault(
            .failedConstructorLeavesNothing, "a pointer is saved in spite of its constructor",
            legal: .shadowSamples,
            log: .shadowSamples.inserting(
                "livepatch: Failed to construct shadow variable <00000000db936a02, 1> (-12)",
                after: "patching complete", 2
            )),
    ]

    private static let duplicate =
        "test_klp_shadow_vars: klp_shadow_alloc(obj=PTR1, id=0x1234, size=8, gfp_flags=GFP_KERNEL), ctor=PTR4, ctor_data=PTR2 = PTR0"
    private static let foundAfterAll = """
        test_klp_shadow_vars: klp_shadow_get(obj=PTR9, id=0x1234) = PTR8
        test_klp_shadow_vars:   got expected PTR8 -> PTR7 result
        """
}
