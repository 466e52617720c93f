/// What kernels print for whole operations, as of 6.1, with the kernel's own test modules.
extension Dmesg {
    /// The boot is seen from its beginning, and its kernel is known.
    static let boot = Dmesg("Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC")
    /// An older kernel, with a stack order.
    static let boot419 = Dmesg("Linux version 4.19.0-1-amd64 (debian-kernel@lists.debian.org) #1 SMP")
    /// Something else happens; it shows that the log was kept meanwhile.
    static let usb = Dmesg("usb 1-1: new high-speed USB device number 2 using xhci_hcd")

    /// A livepatch without callbacks is enabled and completes.
    static func enable(_ patch: String) -> Dmesg { enableStarts(patch) + patchingCompletes(patch) }

    /// The same up to the start of the transition.
    static func enableStarts(_ patch: String) -> Dmesg {
        Dmesg(
            """
            livepatch: enabling patch '\(patch)'
            livepatch: '\(patch)': initializing patching transition
            livepatch: '\(patch)': starting patching transition
            """)
    }

    /// The rest of it.
    static func patchingCompletes(_ patch: String) -> Dmesg {
        Dmesg(
            """
            livepatch: '\(patch)': completing patching transition
            livepatch: '\(patch)': patching complete
            """)
    }

    /// A livepatch without callbacks is disabled and completes.
    static func disable(_ patch: String) -> Dmesg {
        Dmesg(
            """
            livepatch: '\(patch)': initializing unpatching transition
            livepatch: '\(patch)': starting unpatching transition
            livepatch: '\(patch)': completing unpatching transition
            livepatch: '\(patch)': unpatching complete
            """)
    }

    /// test_klp_callbacks_demo is enabled up to the start of the transition; none of its modules is loaded.
    static let demoStarts = Dmesg(
        """
        livepatch: enabling patch 'test_klp_callbacks_demo'
        livepatch: 'test_klp_callbacks_demo': initializing patching transition
        test_klp_callbacks_demo: pre_patch_callback: vmlinux
        livepatch: 'test_klp_callbacks_demo': starting patching transition
        """)
    static let demoCompletes = Dmesg(
        """
        livepatch: 'test_klp_callbacks_demo': completing patching transition
        test_klp_callbacks_demo: post_patch_callback: vmlinux
        livepatch: 'test_klp_callbacks_demo': patching complete
        """)
    static let demoStartsUnpatching = Dmesg(
        """
        livepatch: 'test_klp_callbacks_demo': initializing unpatching transition
        test_klp_callbacks_demo: pre_unpatch_callback: vmlinux
        livepatch: 'test_klp_callbacks_demo': starting unpatching transition
        """)
    static let demoCompletesUnpatching = Dmesg(
        """
        livepatch: 'test_klp_callbacks_demo': completing unpatching transition
        test_klp_callbacks_demo: post_unpatch_callback: vmlinux
        livepatch: 'test_klp_callbacks_demo': unpatching complete
        """)
    static let demoReversesPatching = Dmesg(
        """
        livepatch: 'test_klp_callbacks_demo': reversing transition from patching to unpatching
        livepatch: 'test_klp_callbacks_demo': starting unpatching transition
        """)
    static let demoReversesUnpatching = Dmesg(
        """
        livepatch: 'test_klp_callbacks_demo': reversing transition from unpatching to patching
        livepatch: 'test_klp_callbacks_demo': starting patching transition
        """)
    static let demoEnabled = demoStarts + demoCompletes
    static let demoDisabled = demoStartsUnpatching + demoCompletesUnpatching

    /// test_klp_callbacks_demo with test_klp_callbacks_mod loaded.
    static let demoAndModule =
        Dmesg("test_klp_callbacks_mod: test_klp_callbacks_mod_init") + demoAndModuleEnabled + demoAndModuleDisabled
    static let demoAndModuleStarts = demoStarts.andModule("pre_patch")
    static let demoAndModuleCompletes = demoCompletes.andModule("post_patch")
    static let demoAndModuleEnabled = demoAndModuleStarts + demoAndModuleCompletes
    static let demoAndModuleDisabled = demoStartsUnpatching.andModule("pre_unpatch") + demoAndModuleCompletesUnpatching
    static let demoAndModuleCompletesUnpatching = demoCompletesUnpatching.andModule("post_unpatch")

    private func andModule(_ kind: String) -> Dmesg {
        let line =
            "test_klp_callbacks_demo: \(kind)_callback: test_klp_callbacks_mod -> [MODULE_STATE_LIVE] Normal state"
        return inserting(line, after: "\(kind)_callback: vmlinux")
    }

    /// test_klp_callbacks_mod is loaded while test_klp_callbacks_demo is enabled.
    static let moduleComes = Dmesg(
        """
        livepatch: applying patch 'test_klp_callbacks_demo' to loading module 'test_klp_callbacks_mod'
        test_klp_callbacks_demo: pre_patch_callback: test_klp_callbacks_mod -> [MODULE_STATE_COMING] Full formed, running module_init
        test_klp_callbacks_demo: post_patch_callback: test_klp_callbacks_mod -> [MODULE_STATE_COMING] Full formed, running module_init
        test_klp_callbacks_mod: test_klp_callbacks_mod_init
        """)
    static let moduleGoes = Dmesg(
        """
        test_klp_callbacks_mod: test_klp_callbacks_mod_exit
        test_klp_callbacks_demo: pre_unpatch_callback: test_klp_callbacks_mod -> [MODULE_STATE_GOING] Going away
        livepatch: reverting patch 'test_klp_callbacks_demo' on unloading module 'test_klp_callbacks_mod'
        test_klp_callbacks_demo: post_unpatch_callback: test_klp_callbacks_mod -> [MODULE_STATE_GOING] Going away
        """)
    static let moduleComesAndGoes = demoEnabled + moduleComes + moduleGoes + demoDisabled
    /// The same while the patch is in transition.
    static let moduleComesInTransition =
        demoStarts + moduleComes.without("post_patch_callback") + demoAndModuleCompletes + demoAndModuleDisabled
    static let moduleGoesInTransition =
        Dmesg("test_klp_callbacks_mod: test_klp_callbacks_mod_init") + demoAndModuleStarts
        + moduleGoes.without("pre_unpatch_callback") + demoCompletes + demoDisabled
    /// The module's load is refused because pre_patch fails.
    static let moduleRefused =
        demoEnabled
        + Dmesg(
            """
            livepatch: applying patch 'test_klp_callbacks_demo' to loading module 'test_klp_callbacks_mod'
            test_klp_callbacks_demo: pre_patch_callback: test_klp_callbacks_mod -> [MODULE_STATE_COMING] Full formed, running module_init
            livepatch: pre-patch callback failed for object 'test_klp_callbacks_mod'
            livepatch: patch 'test_klp_callbacks_demo' failed for module 'test_klp_callbacks_mod', refusing to load module 'test_klp_callbacks_mod'
            """) + demoDisabled

    /// The module's load is refused because a symbol is missing.
    static let moduleUnresolved =
        demoEnabled
        + Dmesg(
            """
            livepatch: symbol 'f' not found in symbol table
            livepatch: failed to initialize patch 'test_klp_callbacks_demo' for module 'test_klp_callbacks_mod' (-22)
            livepatch: patch 'test_klp_callbacks_demo' failed for module 'test_klp_callbacks_mod', refusing to load module 'test_klp_callbacks_mod'
            """) + demoDisabled

    /// pre_patch of vmlinux fails.
    static let demoFails = Dmesg(
        """
        livepatch: enabling patch 'test_klp_callbacks_demo'
        livepatch: 'test_klp_callbacks_demo': initializing patching transition
        test_klp_callbacks_demo: pre_patch_callback: vmlinux
        livepatch: pre-patch callback failed for object 'vmlinux'
        livepatch: failed to enable patch 'test_klp_callbacks_demo'
        livepatch: 'test_klp_callbacks_demo': canceling patching transition, going to unpatch
        livepatch: 'test_klp_callbacks_demo': completing unpatching transition
        livepatch: 'test_klp_callbacks_demo': unpatching complete
        """)
    /// pre_patch of the module fails, after that of vmlinux; later the patch is enabled with success.
    static let demoFailsForModule =
        Dmesg("test_klp_callbacks_mod: test_klp_callbacks_mod_init") + demoAndModuleStarts.without("starting patching")
        + Dmesg(
            """
            livepatch: pre-patch callback failed for object 'test_klp_callbacks_mod'
            livepatch: failed to enable patch 'test_klp_callbacks_demo'
            livepatch: 'test_klp_callbacks_demo': canceling patching transition, going to unpatch
            """) + demoCompletesUnpatching + usb + demoAndModuleEnabled + demoAndModuleDisabled

    /// Two livepatches without callbacks on one module, which comes and goes.
    static let twoOnOneModule =
        enable("first") + enable("second")
        + Dmesg(
            """
            livepatch: applying patch 'first' to loading module 'nfs'
            livepatch: applying patch 'second' to loading module 'nfs'
            usb 1-1: new high-speed USB device number 2 using xhci_hcd
            livepatch: reverting patch 'first' on unloading module 'nfs'
            livepatch: reverting patch 'second' on unloading module 'nfs'
            """) + disable("second") + disable("first")
    /// The second cannot be applied to the module; the first is taken back.
    static let secondRefusesModule =
        enable("first") + enable("second")
        + Dmesg(
            """
            livepatch: applying patch 'first' to loading module 'nfs'
            livepatch: applying patch 'second' to loading module 'nfs'
            livepatch: failed to register ftrace handler for function 'nfs_open' (-16)
            livepatch: failed to apply patch 'second' to module 'nfs' (-16)
            livepatch: patch 'second' failed for module 'nfs', refusing to load module 'nfs'
            livepatch: reverting patch 'first' on unloading module 'nfs'
            """) + disable("second")

    /// Cumulative livepatches with states: the second takes over from the first and a third try with the first is refused.
    static func state(_ patch: String) -> Dmesg { demoEnabled.replacing("test_klp_callbacks_demo", with: patch) }
    /// test_klp_state and then test_klp_state2, which replaces it, with what they print of their state.
    static let stateTakenOver =
        state("test_klp_state")
        .inserting(
            "test_klp_state: allocate_loglevel_state: allocating space to store console_loglevel", after: ": pre_patch"
        )
        .inserting("test_klp_state: fix_console_loglevel: fixing console_loglevel", after: ": post_patch") + .usb
        + state("test_klp_state2")
        .inserting(
            "test_klp_state2: allocate_loglevel_state: space to store console_loglevel already allocated",
            after: ": pre_patch"
        )
        .inserting(
            "test_klp_state2: fix_console_loglevel: taking over the console_loglevel change", after: ": post_patch")
    static let stateRefused = Dmesg(
        "livepatch: Livepatch patch (test_klp_state) is not compatible with the already installed livepatches.")
}
