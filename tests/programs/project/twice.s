	.globl twice
twice:
	lea (%rdi,%rdi), %rax
	ret
	.section .note.GNU-stack,"",@progbits
