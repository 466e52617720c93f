/// KLP-V: shadow variables.
extension Rule {
    static let variableIsFoundUntilFreed = Rule(
        .variableIsFoundUntilFreed, "A shadow variable is found from its creation until it is freed", .since(.linux415),
        statement: """
            klp_shadow_get returns NULL until klp_shadow_alloc or klp_shadow_get_or_alloc has created a variable for \
            this object and id, then the data of that variable, until klp_shadow_free or klp_shadow_free_all takes it \
            away. Disabling, replacing or unloading a livepatch does not.
            """,
        proof: """
            Another result than the last creation or free allows; or the caller does not find stored in the variable \
            what its constructor put there.
            """,
        undecidable: """
            The variable may have been created or freed before the log, or by a module that prints nothing of it. A trace \
            tells only if it shows calls of all functions that may have created or freed it, and lost nothing; calls that \
            overlap may have taken effect in any order.
            """,
        in: ["klp_shadow_get, __klp_shadow_get_or_alloc (linux-4.15 and later)"],
        help: "Follow the pair of object and id backwards through the log to its creation and its last free.")

    static let duplicateShadowVariable = Rule(
        .duplicateShadowVariable, "A shadow variable is allocated once", .since(.linux415),
        statement: """
            klp_shadow_alloc for a pair of object and id that has a variable already warns and returns NULL; the \
            constructor does not run and the old variable stays. The WARN itself is the kernel's complaint of its \
            caller, and only a warning here.
            """,
        proof: """
            An allocation that succeeds although the pair has a variable, or fails so without the WARN. A WARNING at \
            kernel/livepatch/shadow.c is reported as a warning.
            """,
        undecidable: """
            It is not known whether the pair has a variable, or the log does not show warnings. A WARN: never.
            """,
        in: ["klp_shadow_alloc, __klp_shadow_get_or_alloc (linux-4.15 and later)"],
        help: """
            A variable was left behind by an earlier load (klp_shadow_free_all was not called), or \
            klp_shadow_get_or_alloc is meant. The back trace shows the caller.
            """)

    static let existingVariableIsReturned = Rule(
        .existingVariableIsReturned, "klp_shadow_get_or_alloc returns the variable that exists", .since(.linux415),
        statement: """
            For a pair of object and id that has a variable, klp_shadow_get_or_alloc returns its data, as they are: \
            nothing is allocated, no constructor runs, nothing is warned of.
            """,
        proof: "Another pointer, a line of the constructor, or NULL, although the pair has a variable.",
        undecidable: "It is not known whether the pair has a variable.",
        in: ["klp_shadow_get_or_alloc, __klp_shadow_get_or_alloc (linux-4.15 and later)"],
        help: "Look for the line that created the variable, and for another that freed it meanwhile.")

    static let constructorRunsOnce = Rule(
        .constructorRunsOnce, "The constructor runs once for each new variable", .since(.linux416),
        statement: """
            A new variable's constructor runs once, with the variable's data and what the caller handed over, before \
            the call returns it. Where nothing is created it does not run.
            """,
        proof: """
            A line of the constructor twice, after the call, with another pointer than the call's, without a call, or \
            missing although the call created a variable.
            """,
        undecidable: "The constructor prints nothing, or the call may have returned an existing variable.",
        in: ["__klp_shadow_get_or_alloc (since 4.18)"],
        help: "Compare the pointers of the constructor's line with those of the call that follows it.")

    static let failedConstructorLeavesNothing = Rule(
        .failedConstructorLeavesNothing, "A constructor that fails leaves no variable", .since(.linux416),
        statement: """
            If the constructor returns an error, the kernel prints `Failed to construct shadow variable`, returns NULL \
            and stores nothing: the pair is as free as before.
            """,
        proof: "A call that returns a variable after that line, or one that is found later though nobody created it.",
        undecidable: "The line's hashed pointer and the caller's own name for it cannot be compared.",
        in: ["__klp_shadow_get_or_alloc (since 4.18)"],
        help: "The number in the line is the constructor's error; see what it allocates.")

    static let freeDestroysOnce = Rule(
        .freeDestroysOnce, "klp_shadow_free destroys an existing variable once", .since(.linux416),
        statement: """
            klp_shadow_free of a pair that has a variable takes it away and calls the destructor once, with the object \
            and the data, before it returns. If the pair has none, nothing is called and nothing printed.
            """,
        proof: """
            A line of the destructor missing, twice, with another object or other data, or for a pair that has no \
            variable.
            """,
        undecidable: "The destructor is NULL or prints nothing, or it is not known whether the pair has a variable.",
        in: ["klp_shadow_free, klp_shadow_free_struct (since 4.18)"],
        help: "Compare the destructor's lines with the call that follows them, and with the variable's creation.")

    static let freeAllTakesOneID = Rule(
        .freeAllTakesOneID, "klp_shadow_free_all takes all variables of one id, and no others", .since(.linux415),
        statement: """
            klp_shadow_free_all removes every variable of the id, of whichever object, and calls the destructor once for \
            each. Variables of other ids stay. In which order the objects come is not specified.
            """,
        proof: """
            A destructor's line missing or too many, a variable of the id that is found afterwards, or one of another \
            id that is not.
            """,
        undecidable: "It is not known which variables there are. The order of the destructor's lines proves nothing.",
        in: ["klp_shadow_free_all (linux-4.15 and later)"],
        help: "List the variables that were created and not freed before the call: by id.")

    static let variablesAreIndependent = Rule(
        .variablesAreIndependent, "Shadow variables do not share their data", .since(.linux415),
        statement: """
            The same id of different objects, and different ids of one object, are variables of their own: no call \
            about one returns the data of another that exists.
            """,
        proof: "A call that returns the data of a variable of another object or id.",
        undecidable: "The pointers are named by different modules, or the other variable may have been freed.",
        in: ["klp_shadow_match, klp_shadow_get (linux-4.15 and later)"],
        help: "See which pair the data belong to, and whether object or id of one of the lines were mixed up.")

    static let typeIsRegistered = Rule(
        .typeIsRegistered, "A shadow variable is looked for by a registered type", .only(.shadowTypes2022),
        statement: """
            klp_shadow_get with a type that its livepatch has not registered finds nothing and says so. Types are registered for \
            as long as an object that lists them is patched.
            """,
        proof: "Such a line though the type is registered, or a variable found though it is not.",
        undecidable: "The types of the livepatches are not described.",
        in: ["klp_shadow_get (shadow-types-2022)"],
        help: "List the type in the object's shadow_types.")

    static let typesHaveUsers = Rule(
        .typesHaveUsers, "The last user of a type of shadow variables frees them", .only(.shadowTypes2022),
        statement: """
            An object's types are registered before its pre_patch callback and unregistered after its post_unpatch callback. \
            When the last type of an id is unregistered, all variables of the id are freed.
            """,
        proof: "A complaint about a registration that is in order, or a variable that lives on or ends too early.",
        undecidable: "The types of the livepatches are not described.",
        in: ["klp_shadow_register, klp_shadow_unregister (shadow-types-2022)"],
        help: """
            Two known defects are predicted as they are: a replaced patch never unregisters its types, and a failed enable \
            unregisters types that were never registered.
            """)
}
